package org.networkfission.jobs.study;

import com.typesafe.config.Config;
import java.util.List;
import java.util.Optional;
import org.networkfission.prep.settings.Check;

/**
 * A row of a study's table, as its file says it.
 *
 * @param id names the row and its folder
 * @param title as the table shows it; the id where absent
 * @param group rows of one group stand together under its name
 * @param sameAs a row of another study, {@code study/row}, whose training this is
 * @param initialise what the training begins from: another row ({@code row} or {@code study/row}),
 *     {@code imagenet} or, where absent, {@code scratch}
 * @param set the difference from the study's base
 * @param paper the published figures by column, in percent or degrees; null where there is none
 */
record RowSettings(
    String id,
    Optional<String> title,
    Optional<String> group,
    Optional<String> sameAs,
    Optional<String> initialise,
    Optional<Config> set,
    Optional<List<Optional<Double>>> paper) {
  RowSettings {
    new Check()
        .that(
            "id",
            id,
            id.matches("[a-z0-9][a-z0-9.-]*") && !Start.NAMES.contains(id),
            "lower-case letters, digits, dots and hyphens, and not " + Start.NAMES)
        .that(
            "sameAs",
            sameAs.orElse(""),
            sameAs.isEmpty() || (initialise.isEmpty() && set.isEmpty()),
            "without initialise and set, which are those of the other row")
        .done();
  }

  String shownTitle() {
    return title.orElse(id);
  }
}

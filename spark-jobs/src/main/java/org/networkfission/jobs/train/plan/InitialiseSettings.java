package org.networkfission.jobs.train.plan;

import java.util.List;
import java.util.Optional;
import org.networkfission.prep.settings.Check;

/**
 * What a run begins from.
 *
 * @param from a run's output folder, a checkpoint or a file of weights, which a new run takes
 *     tensors from by name and shape; a run that goes on takes none
 * @param skip beginnings of names, at a dot, of tensors that are not taken and begin new
 * @param freeze beginnings of names, at a dot, of tensors that training leaves as they are
 */
public record InitialiseSettings(Optional<String> from, List<String> skip, List<String> freeze) {
  public InitialiseSettings {
    skip = List.copyOf(skip);
    freeze = List.copyOf(freeze);
    new Check()
        .that("skip", skip, skip.stream().noneMatch(String::isBlank), "names, none empty")
        .that("freeze", freeze, freeze.stream().noneMatch(String::isBlank), "names, none empty")
        .done();
  }
}

package org.networkfission.jobs.prepare;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.networkfission.jobs.prepare.PrepareSettings.Dataset;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMapFile;
import org.networkfission.prep.settings.Product;
import org.networkfission.prep.storage.Sha256;

/** Tells whether two jobs would make the same dataset. */
final class Plan {
  /** Under which the fingerprint stands among the manifest's inputs. */
  static final String KEY = "plan";

  private Plan() {}

  /** A digest of everything that decides the rows of a dataset: input, settings, version. */
  static String fingerprint(PrepareSettings s, ClassMap classes, List<FrameUnit> units) {
    List<Object> parts = new ArrayList<>();
    parts.addAll(
        List.of(
            Product.VERSION,
            s.dataset(),
            s.input().orElse(""),
            s.frameStride(),
            s.size(),
            s.nyudv2(),
            s.classMap(),
            s.normals(),
            s.seed(),
            s.shardSize().toBytes(),
            s.rowGroupSize().toBytes(),
            units));
    // Only what is not as it always was, so that older data sets are known again.
    if (s.dataset() == Dataset.LIST) {
      parts.add(s.datasetName());
    }
    if (!EnumSet.copyOf(s.truth()).equals(TruthKind.all())) {
      parts.add(EnumSet.copyOf(s.truth()));
    }
    if (ClassMapFile.isFile(s.classMap())) {
      parts.add(classes.contents());
    }
    MessageDigest digest = Sha256.newDigest();
    for (Object part : parts) {
      digest.update((part + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return Sha256.of(digest);
  }
}

package org.networkfission.jobs.prepare;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.settings.Product;

/** Tells whether two jobs would make the same dataset. */
final class Plan {
  /** Under which the fingerprint stands among the manifest's inputs. */
  static final String KEY = "plan";

  private Plan() {}

  /** A digest of everything that decides the rows of a dataset: input, settings, version. */
  static String fingerprint(PrepareSettings s, List<FrameUnit> units) {
    List<Object> parts =
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
            units);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Object part : parts) {
        digest.update((part + "\n").getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}

package org.networkfission.prep.scannet;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.settings.Json;

/** Frames that are known to be bad since the data set was published. */
final class KnownBad {
  private static final String RESOURCE = "known_bad.json";

  private final Map<String, Set<Long>> framesOfScan = new HashMap<>();

  KnownBad() {
    try (InputStream in = KnownBad.class.getResourceAsStream(RESOURCE)) {
      JsonNode scans = Json.MAPPER.readTree(in);
      scans
          .fields()
          .forEachRemaining(
              scan -> {
                Set<Long> frames = new HashSet<>();
                scan.getValue().forEach(frame -> frames.add(frame.asLong()));
                framesOfScan.put(scan.getKey(), frames);
              });
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the resource " + RESOURCE, e);
    }
  }

  /** Throws if a frame is on the list. */
  void check(String scan, long index, String key) throws FrameException {
    if (framesOfScan.getOrDefault(scan, Set.of()).contains(index)) {
      throw new FrameException(
          Reason.ALL_ZERO_DEPTH,
          "Cannot use frame %s: it is published with empty depth or unreadable labels"
              .formatted(key));
    }
  }
}

package org.networkfission.model.backend;

import java.util.Optional;

/**
 * What a replica knows, before it computes, about exchanging slices between devices.
 *
 * @param device tells the device that computes from all others of its host; null where the
 *     processor computes
 * @param library what would carry slices, with its version; null where there is none
 * @param missing why there is none, as a sentence without its full stop; null where there is one
 */
public record DeviceLink(String device, String library, String missing) {
  /** Of a replica whose processor computes. */
  public static DeviceLink none() {
    return new DeviceLink(null, null, null);
  }

  /** Of a replica on a device. */
  public static DeviceLink of(String device, Optional<String> missing, String library) {
    return new DeviceLink(device, missing.isEmpty() ? library : null, missing.orElse(null));
  }
}

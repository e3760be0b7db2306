package org.networkfission.jobs.train.collective;

/** Where a replica's exchange listens. */
public record Address(String host, int port) {
  public static Address parse(String text) {
    int colon = text.lastIndexOf(':');
    return new Address(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}

package org.networkfission.jobs.train;

/** Where a replica's exchange listens. */
record Address(String host, int port) {
  static Address parse(String text) {
    int colon = text.lastIndexOf(':');
    return new Address(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}

package org.networkfission.model.network;

/** What the network sees. The authors trained from all three. */
public enum InputModality {
  /** The photo, 0 to 255 per channel. */
  RGB(3),
  /** Depth in metres, 0 where nothing was measured. */
  DEPTH(1),
  /** Surface normals, (0, 0, 0) where there is none. */
  NORMALS(3);

  private final int channels;

  InputModality(int channels) {
    this.channels = channels;
  }

  public int channels() {
    return channels;
  }
}

package org.networkfission.jobs.report;

import java.io.Serializable;

/**
 * Pictures of one frame and one task, all of one size.
 *
 * @param key the frame's key
 * @param task e.g. {@code labels}
 * @param photo JPEG
 * @param truth PNG or JPEG
 * @param prediction PNG or JPEG
 * @param error PNG or JPEG
 */
public record Panel(
    String key, String task, byte[] photo, byte[] truth, byte[] prediction, byte[] error)
    implements Serializable {}

package org.networkfission.jobs.predict;

import org.networkfission.prep.codec.Photos;
import org.networkfission.prep.frame.FrameException;

/**
 * A photo that was read, or could not be.
 *
 * @param key of the photo
 * @param source the file that it came from
 * @param name of its files where predictions are files, else null
 * @param photo null where it could not be read
 * @param problem why it could not; else null
 */
record LoadedPhoto(
    String key, String source, String name, Photos.Upright photo, FrameException problem) {}

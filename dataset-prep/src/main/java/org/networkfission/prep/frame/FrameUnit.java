package org.networkfission.prep.frame;

import java.io.Serializable;

/**
 * A piece of a data set that is prepared, retried and resumed as one: a trajectory, a scan, a range
 * of images.
 *
 * @param name unique within the source, usable as a file name after its slashes are replaced
 * @param split {@code train}, {@code val} or {@code test}
 * @param frames how many frames it holds
 * @param bytes how many input bytes it holds, or an estimate of them
 * @param location where the source finds it, in the source's own terms
 */
public record FrameUnit(String name, String split, int frames, long bytes, String location)
    implements Serializable {}

package org.networkfission.model.task;

import java.util.function.IntUnaryOperator;

/**
 * The colours of one image's pixels, row-major, as 0xRRGGBB.
 *
 * @param exact whether neighbouring colours must not run into each other: a class's must not
 */
public record Colouring(
    IntUnaryOperator truth, IntUnaryOperator prediction, IntUnaryOperator error, boolean exact) {}

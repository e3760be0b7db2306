package org.networkfission.prep.list;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a list of a folder's frames is to hold.
 *
 * @param color pattern of the photos, below the folder; the others are found by its names
 * @param images patterns of depth, labels and normals, by column
 * @param intrinsics pattern of the cameras' files
 * @param key pattern of keys; empty: the photo's names, joined by slashes
 * @param unit pattern of units; empty: the same without the last name
 * @param split a split, or a pattern that gives one
 * @param held names' values whose frames belong to another split, e.g. {@code scene=[seq-03]} for
 *     {@code test}
 * @param valShare share of units, 0 to 1, that go from train to val, chosen by their names
 * @param nearest how far a name's numbers may lie apart for two files to belong together
 * @param columns what holds for every row, by column
 */
public record ListRequest(
    String color,
    Map<String, String> images,
    Optional<String> intrinsics,
    Optional<String> key,
    Optional<String> unit,
    String split,
    Map<String, Map<String, List<String>>> held,
    double valShare,
    Map<String, Double> nearest,
    Map<String, String> columns) {}

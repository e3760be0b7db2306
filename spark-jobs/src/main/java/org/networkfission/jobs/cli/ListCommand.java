package org.networkfission.jobs.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.WholePaths;
import org.networkfission.prep.list.FolderList;
import org.networkfission.prep.list.ListRequest;
import org.networkfission.prep.storage.Storage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the frames of a folder, for prepare. */
@Command(
    name = "list",
    description = {
      "Write a list of the frames that lie in a folder, which prepare reads with"
          + " prepare.dataset=list.",
      "Patterns are paths below the folder, such as {scene}/rgb/{time}.png: a name in braces stands"
          + " for a part of a path without slashes, {scene**} for one with slashes, * for anything"
          + " without. Photos are found first; their other images have the same values in the places"
          + " of the same names."
    })
final class ListCommand extends ConfiguredCommand {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "The folder of the images.")
  private String folder;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The list, .csv or .jsonl (default: frames.csv in the folder).")
  private String output;

  @Option(names = "--color", required = true, paramLabel = "PATTERN", description = "The photos.")
  private String color;

  @Option(names = "--depth", paramLabel = "PATTERN", description = "The depth images.")
  private String depth;

  @Option(names = "--labels", paramLabel = "PATTERN", description = "The label images.")
  private String labels;

  @Option(names = "--normals", paramLabel = "PATTERN", description = "The normal images.")
  private String normals;

  @Option(
      names = "--intrinsics",
      paramLabel = "PATTERN",
      description =
          "The cameras: a matrix in text, or JSON with fx, fy and cx, cy or u0, v0. Without, set"
              + " fx, fy, cx and cy.")
  private String intrinsics;

  @Option(
      names = "--nearest",
      paramLabel = "NAME=DISTANCE",
      description = "Images belong together whose values of a name, numbers, lie so near.")
  private Map<String, Double> nearest = new LinkedHashMap<>();

  @Option(
      names = "--key",
      paramLabel = "TEXT",
      description = "The keys, such as {scene}/{time} (default: the photo's names).")
  private String key;

  @Option(
      names = "--unit",
      paramLabel = "TEXT",
      description = "What is prepared in one task (default: the photo's names but the last).")
  private String unit;

  @Option(
      names = "--split",
      defaultValue = "train",
      paramLabel = "TEXT",
      description = "train, val, test, or {NAME} (default: ${DEFAULT-VALUE}).")
  private String split;

  @Option(
      names = "--val",
      paramLabel = "NAME=VALUE,...",
      description = "Photos of these values belong to the split val.")
  private List<String> val = new ArrayList<>();

  @Option(
      names = "--test",
      paramLabel = "NAME=VALUE,...",
      description = "Photos of these values belong to the split test.")
  private List<String> test = new ArrayList<>();

  @Option(
      names = "--val-share",
      defaultValue = "0",
      paramLabel = "SHARE",
      description = "This share of the training units, 0 to 1, goes to val, always the same ones.")
  private double valShare;

  @Option(
      names = "--set",
      split = ",",
      paramLabel = "COLUMN=VALUE",
      description = "What holds for every row, such as depth_unit=metres,fx=525.")
  private Map<String, String> columns = new LinkedHashMap<>();

  @Override
  int operands() {
    return 1;
  }

  @Override
  int run(ResolvedConfig configuration) throws Exception {
    if (!(valShare >= 0 && valShare <= 1)) {
      throw usage("--val-share is 0 to 1, not " + valShare);
    }
    Configuration hadoop = Cluster.hadoop(configuration.settings().cluster());
    Path place = new Path(WholePaths.of("FOLDER", folder, hadoop));
    Path file =
        output == null
            ? new Path(place, "frames.csv")
            : new Path(WholePaths.of("--out", output, hadoop));
    if (!file.getName().endsWith(".csv") && !file.getName().endsWith(".jsonl")) {
      throw usage("--out ends in .csv or .jsonl, not " + file.getName());
    }
    if (Storage.of(file, hadoop).exists(file)) {
      throw usage("%s exists: delete it, or write another with --out".formatted(file));
    }
    FolderList list;
    FolderList.Result result;
    try {
      list = new FolderList(place, request(), hadoop);
      result = list.write(file);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    report(result, file);
    return Fission.DONE;
  }

  private ListRequest request() {
    Map<String, String> images = new TreeMap<>();
    put(images, "depth", depth);
    put(images, "labels", labels);
    put(images, "normals", normals);
    Map<String, Map<String, List<String>>> held = new TreeMap<>();
    held.put("val", values("--val", val));
    held.put("test", values("--test", test));
    return new ListRequest(
        color,
        images,
        Optional.ofNullable(intrinsics),
        Optional.ofNullable(key),
        Optional.ofNullable(unit),
        split,
        held,
        valShare,
        nearest,
        columns);
  }

  private static void put(Map<String, String> images, String column, String pattern) {
    if (pattern != null) {
      images.put(column, pattern);
    }
  }

  private Map<String, List<String>> values(String option, List<String> given) {
    Map<String, List<String>> values = new TreeMap<>();
    for (String one : given) {
      int equals = one.indexOf('=');
      if (equals < 1) {
        throw usage("%s is NAME=VALUE,..., not %s".formatted(option, one));
      }
      values
          .computeIfAbsent(one.substring(0, equals), name -> new ArrayList<>())
          .addAll(Arrays.asList(one.substring(equals + 1).split(",")));
    }
    return values;
  }

  private void report(FolderList.Result result, Path file) {
    PrintWriter out = out();
    result.rows().forEach((split, rows) -> out.printf("list: %s: %,d frames%n", split, rows));
    result
        .without()
        .forEach(
            (column, rows) -> {
              if (rows > 0) {
                out.printf("list: %,d frames have no %s%n", rows, column);
              }
            });
    if (result.skipped() > 0) {
      out.printf("list: %,d photos are left out, for they have no other image%n", result.skipped());
    }
    out.printf("list: %s%n", file);
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}

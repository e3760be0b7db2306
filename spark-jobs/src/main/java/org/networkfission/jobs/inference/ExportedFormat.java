package org.networkfission.jobs.inference;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.export.ExportedModel;
import org.networkfission.model.export.ModelCard;
import org.networkfission.model.export.Precision;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.onnx.OnnxExport;
import org.networkfission.model.onnx.OnnxModel;
import org.networkfission.model.tflite.TfliteExport;
import org.networkfission.model.tflite.TfliteModel;

/** Formats of files that networks are exported to. */
public enum ExportedFormat {
  /** TensorFlow Lite, for phones. */
  TFLITE("TensorFlow Lite", "TFLite") {
    @Override
    public Set<Precision> precisions() {
      return EnumSet.allOf(Precision.class);
    }

    @Override
    public byte[] write(FissionNetwork network, ModelCard card, Iterable<INDArray> images) {
      return card.precision() == Precision.INT8
          ? TfliteExport.write(network, card, images, Runtime.getRuntime().availableProcessors())
          : TfliteExport.write(network, card);
    }

    @Override
    public ExportedModel open(byte[] file, int threads) throws IOException {
      return TfliteModel.open(file, threads);
    }
  },
  /** ONNX, for ONNX Runtime and other servers. */
  ONNX("ONNX", "ONNX") {
    @Override
    public Set<Precision> precisions() {
      return EnumSet.of(Precision.FLOAT16, Precision.FLOAT32);
    }

    @Override
    public byte[] write(FissionNetwork network, ModelCard card, Iterable<INDArray> images) {
      return OnnxExport.write(network, card);
    }

    @Override
    public ExportedModel open(byte[] file, int threads) throws IOException {
      return OnnxModel.open(file, threads);
    }
  };

  private final String title;
  private final String shortTitle;

  ExportedFormat(String title, String shortTitle) {
    this.title = title;
    this.shortTitle = shortTitle;
  }

  /** The name for people. */
  public String title() {
    return title;
  }

  /** The name for people where there is little room. */
  public String shortTitle() {
    return shortTitle;
  }

  /** The name in configurations. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What the names of its files end with. */
  public String suffix() {
    return "." + id();
  }

  /** The format that a file's name tells. */
  public static Optional<ExportedFormat> of(String fileName) {
    return Arrays.stream(values()).filter(f -> fileName.endsWith(f.suffix())).findFirst();
  }

  /** What the names of exported files end with, for messages. */
  public static String suffixes() {
    return Arrays.stream(values()).map(ExportedFormat::suffix).collect(Collectors.joining(" or "));
  }

  /** In which precisions its files are written. */
  public abstract Set<Precision> precisions();

  /**
   * Writes a network.
   *
   * @param images [batch, channels, height, width] that show which numbers features are, asked for
   *     where the precision is int8
   * @throws org.networkfission.prep.frame.InputException if something of it has no counterpart in
   *     the format
   */
  public abstract byte[] write(FissionNetwork network, ModelCard card, Iterable<INDArray> images);

  /**
   * Opens a file in the runtime that it is for.
   *
   * @throws IOException if it is damaged, or no such file of this product
   */
  public abstract ExportedModel open(byte[] file, int threads) throws IOException;
}

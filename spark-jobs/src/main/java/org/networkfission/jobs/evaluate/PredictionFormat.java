package org.networkfission.jobs.evaluate;

/** As what predictions are written beside a report. */
public enum PredictionFormat {
  /** Not at all. */
  NONE,
  /** PNG files: {@code predictions/<task>/<frame key>.png}. */
  PNG,
  /** Parquet files with a row per frame: its key, and a PNG per task. */
  PARQUET
}

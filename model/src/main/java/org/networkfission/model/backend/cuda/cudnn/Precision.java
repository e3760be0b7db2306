package org.networkfission.model.backend.cuda.cudnn;

/** What convolutions multiply in; they sum, and all else is computed, in 32-bit floats. */
public enum Precision {
  /** 32-bit floats, on the ordinary units. */
  FLOAT32,
  /** Factors rounded to 10 bits, on tensor cores of Ampere and later; elsewhere as FLOAT32. */
  TF32
}

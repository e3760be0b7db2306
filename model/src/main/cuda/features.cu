// Kernels over features, which are floats or, in bfloat16, the upper halves of floats: kernels.cu includes
// this for each type F. They compute in floats and round what they write. A kernel of the name x is called
// xBf16 over bfloat16. Planes, statistics, parameters and their gradients are floats in any case.

#define FEATURES(name) KERNEL NAMED(name)

// ------------------------------------------------------------------ order in memory

/** Planes [image, channel, pixel] to features; sets the flag if a value is not finite. */
FEATURES(toFeatures)(const float* from, int channels, int pixels, int n, F* to, int* flag) {
  EACH(i, n) {
    int c = (int)(i % channels);
    unsigned row = i / channels;
    float x = from[(row / pixels * channels + c) * pixels + row % pixels];
    to[i] = x;
    if (!finite(x)) *flag = 1;
  }
}

/** Features to planes [image, channel, pixel]. */
FEATURES(toPlanes)(const F* from, int channels, int pixels, int n, float* to) {
  EACH(i, n) {
    unsigned pixel = i % pixels, c = i / pixels % channels, image = i / pixels / channels;
    to[i] = from[(image * pixels + pixel) * channels + c];
  }
}

/** Some channels of features to some channels of others. */
FEATURES(copyChannels)(const F* from, int fromChannels, int first, int count, int n, int toChannels, int at, F* to) {
  EACH(i, n) {
    unsigned row = i / count, c = i % count;
    to[row * toChannels + at + c] = from[row * fromChannels + first + c];
  }
}

// ------------------------------------------------------------------ batch norm

/**
 * Sums per channel of a block of rows: of x - s and of its square, where s is the channel's first
 * value, so that little cancels. One block is 32 channels by 8 rows.
 */
FEATURES(moments)(const F* x, i64 rows, int channels, int rowsOfBlock, float* parts) {
  __shared__ float sum[LINES][COLUMNS], square[LINES][COLUMNS];
  int c = blockIdx.x * COLUMNS + threadIdx.x;
  i64 from = (i64)blockIdx.y * rowsOfBlock, to = from + rowsOfBlock < rows ? from + rowsOfBlock : rows;
  float a = 0, b = 0;
  if (c < channels) {
    float shift = x[c];
    for (i64 row = from + threadIdx.y; row < to; row += LINES) {
      float v = x[row * channels + c] - shift;
      a += v;
      b += v * v;
    }
  }
  sum[threadIdx.y][threadIdx.x] = a;
  square[threadIdx.y][threadIdx.x] = b;
  __syncthreads();
  if (threadIdx.y == 0 && c < channels) {
    for (int i = 1; i < LINES; i++) {
      a += sum[i][threadIdx.x];
      b += square[i][threadIdx.x];
    }
    parts[blockIdx.y * 2LL * channels + c] = a;
    parts[(blockIdx.y * 2LL + 1) * channels + c] = b;
  }
}

/** Mean and variance per channel from the sums of all blocks. */
FEATURES(finishMoments)(const float* parts, int blocks, i64 rows, int channels, const F* x, float* mean, float* variance) {
  EACH(c, channels) {
    double a = 0, b = 0;
    for (int i = 0; i < blocks; i++) {
      a += parts[i * 2LL * channels + c];
      b += parts[(i * 2LL + 1) * channels + c];
    }
    double shifted = a / rows, spread = b / rows - shifted * shifted;
    mean[c] = (float)((float)x[c] + shifted);
    variance[c] = (float)(spread > 0 || spread != spread ? spread : 0);
  }
}

/** gamma * (x - mean) * inverse + beta, and a ReLU or none; without a mean gamma * x + beta. */
FEATURES(normalise)(const F* x, int n, int channels, const float* mean, const float* inverse, const float* gamma, const float* beta, int relu, F* y) {
  EACH(i, n) {
    int c = (int)(i % channels);
    float v = mean ? (x[i] - mean[c]) * inverse[c] * gamma[c] + beta[c] : x[i] * gamma[c] + beta[c];
    y[i] = relu && v < 0 ? 0 : v;
  }
}

/**
 * Sums per channel of a block of rows: of the gradient and of the gradient times the normalised
 * input. Without x only the first, for a bias.
 */
FEATURES(gradientSums)(const F* x, const F* y, const F* dy, i64 rows, int channels, int rowsOfBlock, const float* mean, const float* inverse, float* parts) {
  __shared__ float first[LINES][COLUMNS], second[LINES][COLUMNS];
  int c = blockIdx.x * COLUMNS + threadIdx.x;
  i64 from = (i64)blockIdx.y * rowsOfBlock, to = from + rowsOfBlock < rows ? from + rowsOfBlock : rows;
  float a = 0, b = 0;
  if (c < channels) {
    for (i64 row = from + threadIdx.y; row < to; row += LINES) {
      i64 i = row * channels + c;
      float g = y && !(y[i] > 0) ? 0 : (float)dy[i];
      a += g;
      if (x) b += g * (mean ? (x[i] - mean[c]) * inverse[c] : (float)x[i]);
    }
  }
  first[threadIdx.y][threadIdx.x] = a;
  second[threadIdx.y][threadIdx.x] = b;
  __syncthreads();
  if (threadIdx.y == 0 && c < channels) {
    for (int i = 1; i < LINES; i++) {
      a += first[i][threadIdx.x];
      b += second[i][threadIdx.x];
    }
    parts[blockIdx.y * 2LL * channels + c] = a;
    parts[(blockIdx.y * 2LL + 1) * channels + c] = b;
  }
}

/** The gradient of a batch norm's input; the sums are over count values, of all replicas. */
FEATURES(normaliseGradient)(const F* x, const F* y, const F* dy, int n, int channels, const float* mean, const float* inverse, const float* gamma, const float* betaSum, const float* gammaSum, double count, F* dx) {
  float part = (float)(1 / count);
  EACH(i, n) {
    int c = (int)(i % channels);
    float g = y && !(y[i] > 0) ? 0 : (float)dy[i];
    if (mean) {
      float normalised = (x[i] - mean[c]) * inverse[c];
      g = (g - betaSum[c] * part - normalised * (gammaSum[c] * part)) * inverse[c];
    }
    dx[i] = g * gamma[c];
  }
}

// ------------------------------------------------------------------ other operations

FEATURES(addBias)(const F* x, const float* bias, int n, int channels, F* y) {
  EACH(i, n) y[i] = x[i] + bias[i % channels];
}

FEATURES(add)(const F* a, const F* b, int n, F* sum) {
  EACH(i, n) sum[i] = a[i] + b[i];
}

FEATURES(activate)(const F* x, int n, int function, F* y) {
  EACH(i, n) {
    float v = x[i];
    y[i] = function == RELU           ? (v < 0 ? 0 : v)
           : function == RELU6        ? within6(v)
           : function == HARD_SIGMOID ? within6(v + 3) * (1 / 6.0f)
           : function == HARD_SWISH   ? v * within6(v + 3) * (1 / 6.0f)
                                      : v;
  }
}

FEATURES(activateGradient)(const F* x, const F* dy, int n, int function, F* dx) {
  EACH(i, n) {
    float v = x[i], slope = 1;
    if (function == RELU) {
      slope = v > 0;
    } else if (function == RELU6) {
      slope = v > 0 && v < 6;
    } else if (function == HARD_SIGMOID) {
      slope = v > -3 && v < 3 ? 1 / 6.0f : 0;
    } else if (function == HARD_SWISH) {
      slope = v <= -3 ? 0 : v >= 3 ? 1 : (2 * v + 3) * (1 / 6.0f);
    }
    dx[i] = dy[i] * slope;
  }
}

/** Features times a factor per image and channel. */
FEATURES(scale)(const F* x, const F* factors, int channels, int pixels, int n, F* y) {
  EACH(i, n) y[i] = x[i] * factors[i / channels / pixels * channels + i % channels];
}

/** Per image and channel the sum over pixels of x, or of x times other, times a factor. */
FEATURES(imageSums)(const F* x, const F* other, int channels, int pixels, float factor, F* sums) {
  __shared__ float part[LINES][COLUMNS];
  int c = blockIdx.x * COLUMNS + threadIdx.x;
  i64 first = (i64)blockIdx.y * pixels;
  float a = 0;
  if (c < channels) {
    for (int p = threadIdx.y; p < pixels; p += LINES) {
      i64 i = (first + p) * channels + c;
      a += other ? x[i] * other[i] : (float)x[i];
    }
  }
  part[threadIdx.y][threadIdx.x] = a;
  __syncthreads();
  if (threadIdx.y == 0 && c < channels) {
    for (int i = 1; i < LINES; i++) a += part[i][threadIdx.x];
    sums[(i64)blockIdx.y * channels + c] = a * factor;
  }
}

/** To every pixel its image's value times a factor. */
FEATURES(spread)(const F* values, int channels, int pixels, float factor, int n, F* y) {
  EACH(i, n) y[i] = values[i / channels / pixels * channels + i % channels] * factor;
}

/** Maximum over 3x3 at stride 2, and which of the nine it was; beyond the edge there is nothing. */
FEATURES(maxPool)(const F* x, int height, int width, int channels, int n, F* y, unsigned char* which) {
  int outHeight = height / 2, outWidth = width / 2;
  EACH(i, n) {
    unsigned c = i % channels, pixel = i / channels;
    int column = (int)(pixel % outWidth) * 2, row = (int)(pixel / outWidth % outHeight) * 2;
    int image = pixel / outWidth / outHeight;
    float best = 0;
    int at = -1;
    for (int k = 0; k < 9; k++) {
      int r = row + k / 3, q = column + k % 3;
      if (r < height && q < width) {
        float v = x[((image * height + r) * width + q) * channels + c];
        if (at < 0 || v > best || v != v) {
          best = v;
          at = k;
        }
      }
    }
    y[i] = best;
    which[i] = (unsigned char)at;
  }
}

FEATURES(maxPoolGradient)(const unsigned char* which, const F* dy, int height, int width, int channels, int n, F* dx) {
  int outHeight = height / 2, outWidth = width / 2;
  EACH(i, n) {
    unsigned c = i % channels, pixel = i / channels;
    int column = (int)(pixel % width), row = (int)(pixel / width % height);
    int image = pixel / width / height;
    float sum = 0;
    for (int r = row / 2; r >= 0 && row - 2 * r <= 2; r--) {
      for (int q = column / 2; q >= 0 && column - 2 * q <= 2; q--) {
        if (r < outHeight && q < outWidth) {
          int at = ((image * outHeight + r) * outWidth + q) * channels + c;
          if (which[at] == (row - 2 * r) * 3 + column - 2 * q) sum += dy[at];
        }
      }
    }
    dx[i] = sum;
  }
}

FEATURES(upsample)(const F* x, int height, int width, int outHeight, int outWidth, int channels, int n, F* y) {
  EACH(i, n) {
    unsigned c = i % channels, pixel = i / channels;
    int r, q;
    float down, right;
    between((int)(pixel / outWidth % outHeight), height, outHeight, &r, &down);
    between((int)(pixel % outWidth), width, outWidth, &q, &right);
    int below = r + 1 < height ? r + 1 : r, beside = q + 1 < width ? q + 1 : q;
    const F* image = x + pixel / outWidth / outHeight * height * width * channels + c;
    float top = image[((i64)r * width + q) * channels] * (1 - right) + image[((i64)r * width + beside) * channels] * right;
    float bottom = image[((i64)below * width + q) * channels] * (1 - right) + image[((i64)below * width + beside) * channels] * right;
    y[i] = top * (1 - down) + bottom * down;
  }
}

FEATURES(upsampleGradient)(const F* dy, int height, int width, int outHeight, int outWidth, int channels, int n, F* dx) {
  int tall = (outHeight + height - 1) / height, wide = (outWidth + width - 1) / width;
  EACH(i, n) {
    unsigned c = i % channels, pixel = i / channels;
    int row = (int)(pixel / width % height), column = (int)(pixel % width);
    const F* image = dy + pixel / width / height * outHeight * outWidth * channels + c;
    // All outputs whose lower or upper input this one is, and a few more whose weight is 0.
    int top = (row - 1) * outHeight / height - 1, bottom = top + 3 * tall + 2;
    int left = (column - 1) * outWidth / width - 1, right = left + 3 * wide + 2;
    float sum = 0;
    for (int r = top < 0 ? 0 : top; r <= bottom && r < outHeight; r++) {
      float down = share(r, row, height, outHeight);
      if (down == 0) continue;
      float line = 0;
      for (int q = left < 0 ? 0 : left; q <= right && q < outWidth; q++) {
        float beside = share(q, column, width, outWidth);
        if (beside != 0) line += beside * image[((i64)r * outWidth + q) * channels];
      }
      sum += down * line;
    }
    dx[i] = sum;
  }
}

/** DropoutMask's function of key, step and a feature's place among planes [image, channel, pixel]. */
FEATURES(dropout)(const F* x, int channels, int pixels, int n, u64 key, const u64* step, i64 threshold, float kept, F* y) {
  u64 stepKey = mix(key + *step);
  EACH(i, n) {
    unsigned row = i / channels;
    u64 place = (row / pixels * channels + i % channels) * pixels + row % pixels;
    y[i] = x[i] * ((i64)(mix(stepKey + place) >> 32) < threshold ? 0 : kept);
  }
}

#undef FEATURES

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
  AT_ONCE(F, fromChannels | first | count | toChannels | at, copyChannelsOf, from, fromChannels, first, count, n, toChannels, at, to);
}

// ------------------------------------------------------------------ batch norm

FEATURES(moments)(const F* x, i64 rows, int channels, int rowsOfBlock, float* parts) {
  AT_ONCE(F, channels, momentsOf, x, rows, channels, rowsOfBlock, parts);
}

/**
 * Mean, variance and one over the deviation per channel from the sums of all blocks, and the running
 * statistics' part of the gradient, old - new, where there are steps.
 */
FEATURES(finishMoments)(const float* parts, int blocks, i64 rows, int channels, const F* x, float epsilon, float* mean, float* variance, float* inverse, const float* runningMean, const float* runningVariance, float share, float* meanStep, float* varianceStep) {
  int c = blockIdx.x * blockDim.x + threadIdx.x;
  double a, b;
  sumOfBlocks(parts, blocks, channels, c, &a, &b);
  if (threadIdx.y == 0 && c < channels) {
    double shifted = a / rows, spread = b / rows - shifted * shifted;
    float v = (float)(spread > 0 || spread != spread ? spread : 0);
    float m = (float)((float)x[c] + shifted);
    mean[c] = m;
    variance[c] = v;
    inverse[c] = 1 / sqrtf(v + epsilon);
    if (meanStep) {
      meanStep[c] = (runningMean[c] - m) * share;
      varianceStep[c] = (runningVariance[c] - v) * share;
    }
  }
}

FEATURES(normalise)(const F* x, int n, int channels, const float* mean, const float* inverse, float epsilon, const float* gamma, const float* beta, int relu, F* y) {
  AT_ONCE(F, channels, normaliseAll, x, n, channels, mean, inverse, epsilon, gamma, beta, relu, y);
}

FEATURES(gradientSums)(const F* x, const F* dy, i64 rows, int channels, int rowsOfBlock, const float* mean, const float* inverse, const float* gamma, const float* beta, int relu, float* parts) {
  AT_ONCE(F, channels, gradientSumsOf, x, dy, rows, channels, rowsOfBlock, mean, inverse, gamma, beta, relu, parts);
}

FEATURES(normaliseGradient)(const F* x, const F* dy, int n, int channels, const float* mean, const float* inverse, const float* gamma, const float* beta, int relu, const float* betaSum, const float* gammaSum, double count, F* dx) {
  AT_ONCE(F, channels, normaliseGradientAll, x, dy, n, channels, mean, inverse, gamma, beta, relu, betaSum, gammaSum, count, dx);
}

// ------------------------------------------------------------------ other operations

FEATURES(addBias)(const F* x, const float* bias, int n, int channels, F* y) {
  EACH(i, n) y[i] = x[i] + bias[i % channels];
}

FEATURES(add)(const F* a, const F* b, int n, F* sum) { AT_ONCE(F, n, addAll, a, b, n, sum); }

FEATURES(activate)(const F* x, int n, int function, F* y) { AT_ONCE(F, n, activateAll, x, n, function, y); }

FEATURES(activateGradient)(const F* x, const F* dy, int n, int function, F* dx) {
  AT_ONCE(F, n, activateGradientAll, x, dy, n, function, dx);
}

/** Features times a factor per image and channel. */
FEATURES(scale)(const F* x, const F* factors, int channels, int pixels, int n, F* y) {
  EACH(i, n) y[i] = x[i] * factors[i / channels / pixels * channels + i % channels];
}

/** Per image and channel the sum over pixels of x, or of x times other, times a factor. */
FEATURES(imageSums)(const F* x, const F* other, int channels, int pixels, float factor, F* sums) {
  __shared__ float part[THREADS];
  int c = blockIdx.x * blockDim.x + threadIdx.x, t = threadIdx.y * blockDim.x + threadIdx.x;
  i64 first = (i64)blockIdx.y * pixels;
  float a = 0;
  if (c < channels) {
    for (int p = threadIdx.y; p < pixels; p += blockDim.y) {
      i64 i = (first + p) * channels + c;
      a += other ? x[i] * other[i] : (float)x[i];
    }
  }
  part[t] = a;
  for (int half = blockDim.y / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.y < half) part[t] += part[t + half * blockDim.x];
  }
  if (threadIdx.y == 0 && c < channels) sums[(i64)blockIdx.y * channels + c] = part[t] * factor;
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

// Rows of blocks are rows of outputs, so that one division is left for each feature.

FEATURES(upsample)(const F* x, int height, int width, int outHeight, int outWidth, int channels, int images, F* y) {
  for (int row = blockIdx.y; row < images * outHeight; row += gridDim.y) {
    int r, image = row / outHeight;
    float down;
    between(row % outHeight, height, outHeight, &r, &down);
    const F* above = x + (i64)(image * height + r) * width * channels;
    const F* below = r + 1 < height ? above + (i64)width * channels : above;
    F* to = y + (i64)row * outWidth * channels;
    EACH(i, outWidth * channels) {
      unsigned c = i % channels;
      int q;
      float right;
      between((int)(i / channels), width, outWidth, &q, &right);
      int a = q * channels + c, b = q + 1 < width ? a + channels : a;
      float top = above[a] * (1 - right) + above[b] * right;
      float bottom = below[a] * (1 - right) + below[b] * right;
      to[i] = top * (1 - down) + bottom * down;
    }
  }
}

/** The gradient of an upsampling along rows: [images, outHeight, outWidth] to [images, outHeight, width]. */
FEATURES(upsampleGradientAcross)(const F* dy, int width, int outWidth, int channels, int rows, float* across) {
  for (int row = blockIdx.y; row < rows; row += gridDim.y) {
    const F* from = dy + (i64)row * outWidth * channels;
    float* to = across + (i64)row * width * channels;
    EACH(i, width * channels) {
      unsigned c = i % channels;
      int column = i / channels, first, last;
      reached(column, width, outWidth, &first, &last);
      float sum = 0;
      for (int q = first; q <= last; q++) sum += share(q, column, width, outWidth) * from[q * channels + c];
      to[i] = sum;
    }
  }
}

/** The rest of it, along columns: to [images, height, width]. */
FEATURES(upsampleGradientDown)(const float* across, int height, int outHeight, int rowLength, int images, F* dx) {
  for (int row = blockIdx.y; row < images * height; row += gridDim.y) {
    int first, last, image = row / height;
    reached(row % height, height, outHeight, &first, &last);
    F* to = dx + (i64)row * rowLength;
    const float* from = across + (i64)image * outHeight * rowLength;
    EACH(i, rowLength) {
      float sum = 0;
      for (int r = first; r <= last; r++) sum += share(r, row % height, height, outHeight) * from[(i64)r * rowLength + i];
      to[i] = sum;
    }
  }
}

// ------------------------------------------------------------------ kernels' gradients

FEATURES(kernelGradient)(const F* wide, const float* narrow, int few, int first, i64 rows, int height, int width, int wideHeight, int wideWidth, int channels, int kernel, int stride, int dilation, int above, int left, int rowsOfBlock, float* parts) {
#define GRADIENT(M) kernelGradientOf<M>(wide, narrow, few, first, rows, height, width, wideHeight, wideWidth, channels, kernel, stride, dilation, above, left, rowsOfBlock, parts)
  if (few - first <= 4) GRADIENT(4);
  else if (few - first <= 8) GRADIENT(8);
  else GRADIENT(16);
#undef GRADIENT
}

// ------------------------------------------------------------------ whether a library computes right

/** Numbers from -1 to 1 that hang on the seed. */
FEATURES(drawn)(int n, int seed, F* to) {
  EACH(i, n) to[i] = (float)(mix((u64)seed << 32 | i) >> 40) / 8388608.0f - 1;
}

/**
 * A convolution at some places of its result, term by term, against what a library has computed: of
 * each place the squares of the difference and of the right value. What lies where is as Problem and
 * Direction say.
 */
FEATURES(convolutionAtSamples)(int direction, const F* x, const F* w, const F* y, int images, int height, int width, int channels, int outHeight, int outWidth, int outs, int channelsOfGroup, int kernel, int stride, int dilation, int above, int left, int samples, double* results) {
  int outsOfGroup = outs / (channels / channelsOfGroup);
  EACH(s, samples) {
    u64 at = mix(s + 1);
    double sum = 0, got;
    if (direction == 0) {
      at %= (u64)images * outHeight * outWidth * outs;
      got = (float)y[at];
      int o = at % outs, q = at / outs % outWidth, r = at / outs / outWidth % outHeight;
      i64 image = at / outs / outWidth / outHeight;
      for (int k = 0; k < kernel * kernel; k++) {
        int row = r * stride - above + k / kernel * dilation, column = q * stride - left + k % kernel * dilation;
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        const F* values = x + ((image * height + row) * width + column) * channels + o / outsOfGroup * channelsOfGroup;
        const F* factors = w + ((i64)o * kernel * kernel + k) * channelsOfGroup;
        for (int c = 0; c < channelsOfGroup; c++) sum += (double)(float)values[c] * (float)factors[c];
      }
    } else if (direction == 1) {
      at %= (u64)images * height * width * channels;
      got = (float)x[at];
      int c = at % channels, q = at / channels % width, r = at / channels / width % height;
      i64 image = at / channels / width / height;
      int first = c / channelsOfGroup * outsOfGroup;
      for (int k = 0; k < kernel * kernel; k++) {
        int row = r + above - k / kernel * dilation, column = q + left - k % kernel * dilation;
        if (row < 0 || row % stride || row / stride >= outHeight || column < 0 || column % stride || column / stride >= outWidth) continue;
        const F* values = y + ((image * outHeight + row / stride) * outWidth + column / stride) * outs + first;
        for (int o = 0; o < outsOfGroup; o++) {
          sum += (double)(float)values[o] * (float)w[((i64)(first + o) * kernel * kernel + k) * channelsOfGroup + c % channelsOfGroup];
        }
      }
    } else {
      at %= (u64)outs * kernel * kernel * channelsOfGroup;
      got = (float)w[at];
      int c = at % channelsOfGroup, k = at / channelsOfGroup % (kernel * kernel), o = at / channelsOfGroup / (kernel * kernel);
      for (i64 p = 0; p < (i64)images * outHeight * outWidth; p++) {
        int row = (int)(p / outWidth % outHeight) * stride - above + k / kernel * dilation;
        int column = (int)(p % outWidth) * stride - left + k % kernel * dilation;
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        i64 image = p / outWidth / outHeight;
        sum += (double)(float)x[((image * height + row) * width + column) * channels + o / outsOfGroup * channelsOfGroup + c] * (float)y[p * outs + o];
      }
    }
    results[2 * s] = (got - sum) * (got - sum);
    results[2 * s + 1] = sum * sum;
  }
}

// ------------------------------------------------------------------ dropout

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

// All that the CUDA back end computes itself: everything but convolutions, which are cuDNN's.
//
// Features lie [image, row, column, channel]. A pixel's place among all pixels of a minibatch is
// called its row, so that features are [rows, channels]. Parameters and gradients lie in the
// product's own order, [out, in, kernel height, kernel width].
//
// The same input gives the same bits on every device: no sum depends on which thread is first, and
// how sums are cut depends on sizes alone, never on the device. Multiplications and additions are not
// fused (-fmad=false), so that what the processor computes float by float has its bits.
//
// What works on features stands in features.cu, which is compiled for each type that they have.
//
// The shipped kernels.ptx is made of this file by model/src/main/cuda/compile. Tests also compile it
// as C++ of the host (shim.h), where a block's threads take turns.

#ifndef __CUDACC__
#include "shim.h"
#endif

typedef long long i64;
typedef unsigned long long u64;

#define KERNEL extern "C" __global__ void

/** Every thread takes its share of n elements, which are below 2^31: 32-bit divisions are quick. */
#define EACH(i, n)                                                                  \
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < (unsigned)(n);       \
       i += gridDim.x * blockDim.x)

/** Threads of a block that sums over columns of 32 channels. */
#define COLUMNS 32
#define LINES 8

/** Threads of a block that sums over pixels. */
#define THREADS 256

static __device__ __forceinline__ bool finite(float x) { return x - x == 0; }

// ------------------------------------------------------------------ order in memory

/** bfloat16: the upper half of a float. What is written is rounded to the nearest, ties to even. */
struct bf16 {
  unsigned short bits;
  __device__ __forceinline__ operator float() const { return __uint_as_float((unsigned)bits << 16); }
  __device__ __forceinline__ void operator=(float value) {
    unsigned all = __float_as_uint(value);
    bits = value != value ? (unsigned short)(all >> 16 | 0x40) : (unsigned short)((all + 0x7fff + (all >> 16 & 1)) >> 16);
  }
};

KERNEL widen(const bf16* from, int n, float* to) {
  EACH(i, n) to[i] = from[i];
}

KERNEL narrow(const float* from, int n, bf16* to) {
  EACH(i, n) to[i] = from[i];
}

/**
 * Kernels of all convolutions, from the order of the flat vector to the one that cuDNN takes,
 * [out, kernel height, kernel width, in], or their gradients back.
 *
 * Each tensor has seven numbers in the table: where it begins among the elements of all, and in the
 * flat vector; its input channels, its taps, its length; the first byte of its working copy, and
 * whether that is bfloat16. It is sorted by the first.
 */
KERNEL kernels(float* flat, const i64* table, int tensors, int n, int back, char* copies) {
  EACH(i, n) {
    int low = 0, high = tensors;
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (table[7 * middle] <= i) low = middle; else high = middle;
    }
    const i64* t = table + 7 * low;
    unsigned at = i - (unsigned)t[0], channels = (unsigned)t[2], taps = (unsigned)t[3];
    float* number = flat + t[1] + (at / (taps * channels) * channels + at % channels) * taps + at / channels % taps;
    if (t[6]) {
      bf16* copy = (bf16*)(copies + t[5]) + at;
      if (back) *number = *copy; else *copy = *number;
    } else {
      float* copy = (float*)(copies + t[5]) + at;
      if (back) *number = *copy; else *copy = *number;
    }
  }
}

// ------------------------------------------------------------------ batch norm

/** What a running statistic's part of the gradient holds: old - new. */
KERNEL statisticStep(const float* running, const float* batch, float share, int channels, float* gradient) {
  EACH(c, channels) gradient[c] = (running[c] - batch[c]) * share;
}

KERNEL inverseDeviation(const float* variance, float epsilon, int channels, float* inverse) {
  EACH(c, channels) inverse[c] = 1 / sqrtf(variance[c] + epsilon);
}

/** The gradients of shift and scale from the sums of all blocks. */
KERNEL finishSums(const float* parts, int blocks, int channels, float* beta, float* gamma) {
  EACH(c, channels) {
    double a = 0, b = 0;
    for (int i = 0; i < blocks; i++) {
      a += parts[i * 2LL * channels + c];
      b += parts[(i * 2LL + 1) * channels + c];
    }
    beta[c] = (float)a;
    if (gamma) gamma[c] = (float)b;
  }
}

// ------------------------------------------------------------------ what operations on features need

static __device__ __forceinline__ float within6(float x) { return x < 0 ? 0 : x > 6 ? 6 : x; }

/** The functions of single features, in the order of ActivationFunction. */
enum { NONE, RELU, RELU6, HARD_SIGMOID, HARD_SWISH };

/** Where an output lies between two inputs of half-pixel centres: the lower one, and the way on. */
static __device__ __forceinline__ void between(int output, int inputs, int outputs, int* low, float* part) {
  int at = (2 * output + 1) * inputs - outputs;
  at = at < 0 ? 0 : at;
  int below = at / (2 * outputs);
  below = below < inputs - 1 ? below : inputs - 1;
  float way = (float)(at - below * 2 * outputs) / (float)(2 * outputs);
  *low = below;
  *part = way < 1 ? way : 1;
}

/** The weight that an output gives to an input. */
static __device__ __forceinline__ float share(int output, int input, int inputs, int outputs) {
  int low;
  float part;
  between(output, inputs, outputs, &low, &part);
  int high = low + 1 < inputs ? low + 1 : low;
  return (low == input ? 1 - part : 0) + (high == input ? part : 0);
}

static __device__ __forceinline__ u64 mix(u64 value) {
  u64 z = value + 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

// ------------------------------------------------------------------ features

#define F float
#define NAMED(name) name
#include "features.cu"
#undef F
#undef NAMED

#define F bf16
#define NAMED(name) name##Bf16
#include "features.cu"
#undef F
#undef NAMED

// ------------------------------------------------------------------ losses
//
// Predictions are features; truth is planes; what a pixel's loss is multiplied with is known per
// image. A block sums over its pixels of one image: parts [image, block] hold sums, then peaks.

static __device__ __forceinline__ double larger(double a, double b) { return a != a || a > b ? a : b; }

/** The sum over a block's threads, in a fixed order; all threads get it. */
static __device__ double blockSum(double value) {
  __shared__ double all[THREADS];
  __syncthreads();
  all[threadIdx.x] = value;
  __syncthreads();
  for (int half = THREADS / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) all[threadIdx.x] += all[threadIdx.x + half];
    __syncthreads();
  }
  return all[0];
}

static __device__ double blockLargest(double value) {
  __shared__ double all[THREADS];
  __syncthreads();
  all[threadIdx.x] = value;
  __syncthreads();
  for (int half = THREADS / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) all[threadIdx.x] = larger(all[threadIdx.x], all[threadIdx.x + half]);
    __syncthreads();
  }
  return all[0];
}

static __device__ void writeParts(double loss, double peak, double* parts) {
  double sum = blockSum(loss), largest = blockLargest(peak);
  if (threadIdx.x == 0) {
    i64 at = (i64)blockIdx.y * gridDim.x + blockIdx.x;
    parts[at] = sum;
    parts[at + (i64)gridDim.x * gridDim.y] = largest;
  }
}

/**
 * Of an image's valid pixels, the value of a rank from 0 on, found by a block digit by digit: doubles
 * that are not below 0 have the order of their bits.
 */
template <class Values>
static __device__ double ranked(const unsigned char* valid, int pixels, u64 which, Values value) {
  __shared__ unsigned counts[THREADS];
  __shared__ u64 prefix, rank;
  if (threadIdx.x == 0) {
    rank = which;
    prefix = 0;
  }
  for (int digit = 56; digit >= 0; digit -= 8) {
    counts[threadIdx.x] = 0;
    __syncthreads();
    for (int p = threadIdx.x; p < pixels; p += THREADS) {
      if (!valid[p]) continue;
      u64 bits = (u64)__double_as_longlong(value(p));
      if (digit == 56 || bits >> (digit + 8) == prefix >> (digit + 8)) {
        atomicAdd(&counts[bits >> digit & 255], 1u);
      }
    }
    __syncthreads();
    if (threadIdx.x == 0) {
      int at = 0;
      while (at < 255 && counts[at] <= rank) rank -= counts[at++];
      prefix |= (u64)at << digit;
    }
    __syncthreads();
  }
  return __longlong_as_double((i64)prefix);
}

/** A pixel's softmax cross-entropy, times what its class counts for, where classes have weights. */
static __device__ __forceinline__ double entropy(const float* scores, int label, int classes, const double* classWeights, float* best, float* sum) {
  *best = scores[0];
  for (int c = 1; c < classes; c++) *best = scores[c] > *best ? scores[c] : *best;
  *sum = 0;
  for (int c = 0; c < classes; c++) *sum += expf(scores[c] - *best);
  return (classWeights ? classWeights[label] : 1) * (log((double)*sum) + *best - scores[label]);
}

/** Of an image whose hardest pixels alone count: the least loss among them, and what it counts for. */
#define HARD 2
enum { LEAST, COUNTS };

/** Finds the limits of the hardest pixels, a block for each image; losses are room for a number per pixel. */
KERNEL hardestPixels(const float* x, const float* truth, const unsigned char* valid, int pixels, int classes, const double* classWeights, double hardest, double* losses, double* limits) {
  i64 first = (i64)blockIdx.x * pixels;
  truth += first;
  valid += first;
  losses += first;
  double n = 0, kept = 0;
  for (int p = threadIdx.x; p < pixels; p += THREADS) {
    float best, sum;
    if (valid[p]) {
      n += 1;
      losses[p] = entropy(x + (first + p) * classes, (int)truth[p], classes, classWeights, &best, &sum);
    }
  }
  n = blockSum(n);
  double most = ceil(hardest * n), count = most < 1 ? 1 : most;
  double least = ranked(valid, pixels, n > 0 ? (u64)(n - count) : 0, [=](int p) { return losses[p]; });
  for (int p = threadIdx.x; p < pixels; p += THREADS) kept += valid[p] && !(losses[p] < least);
  kept = blockSum(kept);
  if (threadIdx.x == 0) {
    limits[(i64)blockIdx.x * HARD + LEAST] = least;
    limits[(i64)blockIdx.x * HARD + COUNTS] = n > 0 ? n / kept : 1;
  }
}

// Each loss is a kernel that has the name of its Formula, and takes the same as all others: the output,
// its truth, which pixels count, what their classes weigh, what was found of the images before, and what
// the gradient is multiplied with. It writes the gradient and, for each block, sum and peak.

/**
 * Softmax cross-entropy; a pixel weighs what its class does, where classes have weights. Where there
 * are limits, pixels of a smaller loss than an image's do not count, and the others for all.
 */
KERNEL crossEntropy(const float* x, const float* truth, const unsigned char* valid, int pixels, int channels, const double* classWeights, const double* found, const double* scales, const double* weight, float* gradient, double* parts) {
  const double* limit = found ? found + (i64)blockIdx.y * HARD : 0;
  double factor = scales[blockIdx.y] * *weight, counts = limit ? limit[COUNTS] : 1, loss = 0, peak = 0;
  for (int p = blockIdx.x * THREADS + threadIdx.x; p < pixels; p += gridDim.x * THREADS) {
    i64 row = (i64)blockIdx.y * pixels + p;
    const float* scores = x + row * channels;
    float* slopes = gradient + row * channels;
    for (int c = 0; c < channels; c++) peak = larger(fabsf(scores[c]), peak);
    float best, sum;
    int label = (int)truth[row];
    double entropyOfPixel = valid[row] ? entropy(scores, label, channels, classWeights, &best, &sum) : 0;
    // What is not finite counts, so that it is found.
    if (!valid[row] || (limit && entropyOfPixel < limit[LEAST])) {
      for (int c = 0; c < channels; c++) slopes[c] = 0;
      continue;
    }
    double own = counts * (classWeights ? classWeights[label] : 1);
    loss += counts * entropyOfPixel;
    for (int c = 0; c < channels; c++) {
      slopes[c] = (float)(factor * own * (expf(scores[c] - best) / sum - (c == label ? 1 : 0)));
    }
  }
  writeParts(loss, peak, parts);
}

/** One minus the cosine of the angle between two vectors. */
KERNEL cosine(const float* x, const float* truth, const unsigned char* valid, int pixels, int channels, const double* classWeights, const double* found, const double* scales, const double* weight, float* gradient, double* parts) {
  const double smallest = 1e-12;
  double factor = scales[blockIdx.y] * *weight, loss = 0, peak = 0;
  for (int p = blockIdx.x * THREADS + threadIdx.x; p < pixels; p += gridDim.x * THREADS) {
    i64 row = (i64)blockIdx.y * pixels + p;
    double v[3], t[3], squared = 0, truthSquared = 0, product = 0;
    for (int c = 0; c < 3; c++) {
      v[c] = x[3 * row + c];
      t[c] = truth[(3LL * blockIdx.y + c) * pixels + p];
      squared += v[c] * v[c];
      truthSquared += t[c] * t[c];
      product += v[c] * t[c];
      peak = larger(fabs(v[c]), peak);
    }
    double inverse = 1 / sqrt(squared < smallest ? smallest : squared);
    double truthInverse = 1 / sqrt(truthSquared < smallest ? smallest : truthSquared);
    double angle = product * inverse * truthInverse;
    double along = squared > smallest ? angle * inverse : 0;
    loss += valid[row] ? 1 - angle : 0;
    for (int c = 0; c < 3; c++) {
      gradient[3 * row + c] = valid[row] ? (float)(factor * -inverse * (t[c] * truthInverse - along * v[c])) : 0;
    }
  }
  writeParts(loss, peak, parts);
}

/** Numbers per image of a fit: what loss and gradient of each pixel depend on. */
#define FIT 8
enum { SCALE, SHIFT, LARGEST, MEAN_SIGN, ALONG, PREDICTION_MEAN, TRUTH_MEAN, THRESHOLD };

static __device__ __forceinline__ double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

/**
 * Looks at whole images, a block for each: up to which difference reverse Huber is linear, and, if
 * asked, the best scale and shift, and what depends on them.
 */
KERNEL fitImages(const float* x, const float* truth, const unsigned char* valid, int pixels, int aligned, double* fits) {
  x += (i64)blockIdx.x * pixels;
  truth += (i64)blockIdx.x * pixels;
  valid += (i64)blockIdx.x * pixels;
  double* fit = fits + (i64)blockIdx.x * FIT;
  double n = 0, d = 0, y = 0, square = 0, largest = 0;
  for (int p = threadIdx.x; p < pixels; p += THREADS) {
    if (valid[p]) {
      n += 1;
      d += x[p];
      y += truth[p];
      square += (double)x[p] * x[p];
      largest = larger(fabs((double)x[p] - truth[p]), largest);
    }
  }
  n = blockSum(n);
  double predictionMean = n == 0 ? 0 : blockSum(d) / n, truthMean = n == 0 ? 0 : blockSum(y) / n;
  square = blockSum(square);
  largest = blockLargest(largest);
  if (threadIdx.x == 0) fit[THRESHOLD] = largest / 5;
  if (!aligned) return;
  double variance = 0, covariance = 0;
  for (int p = threadIdx.x; p < pixels; p += THREADS) {
    if (valid[p]) {
      double centred = x[p] - predictionMean;
      variance += centred * centred;
      covariance += centred * (truth[p] - truthMean);
    }
  }
  variance = blockSum(variance);
  covariance = blockSum(covariance);
  bool flat = variance <= 1e-9 * square;
  double scale = flat ? 0 : covariance / variance, shift = truthMean - scale * predictionMean;
  double last = ceil(0.8 * n) - 1;
  double rest = ranked(valid, pixels, last > 0 ? (u64)last : 0, [=](int p) { return fabs(scale * x[p] + shift - truth[p]); });
  double kept = n == 0 ? 0 : rest, signs = 0, product = 0;
  for (int p = threadIdx.x; p < pixels; p += THREADS) {
    double difference = scale * x[p] + shift - truth[p];
    if (valid[p] && fabs(difference) <= kept) {
      signs += sign(difference);
      product += sign(difference) * (x[p] - predictionMean);
    }
  }
  signs = blockSum(signs);
  product = blockSum(product);
  if (threadIdx.x == 0) {
    fit[SCALE] = scale;
    fit[SHIFT] = shift;
    fit[LARGEST] = kept;
    fit[MEAN_SIGN] = n == 0 ? 0 : signs / n;
    fit[ALONG] = flat ? 0 : product / variance;
    fit[PREDICTION_MEAN] = predictionMean;
    fit[TRUTH_MEAN] = truthMean;
  }
}

/** L1, or reverse Huber with the threshold of the image's fit; returns the loss. */
static __device__ __forceinline__ double plainLoss(double difference, bool berhu, const double* fit, double* slope) {
  double size = fabs(difference), threshold = fit[THRESHOLD];
  if (!berhu || size <= threshold) {
    *slope = sign(difference);
    return size;
  }
  *slope = difference / threshold;
  return (size * size + threshold * threshold) / (2 * threshold);
}

/**
 * The loss of a single channel: L1 or reverse Huber; or, aligned, that of what scale and shift of
 * the fit leave, the largest fifth left out, and a quarter of the plain loss.
 */
static __device__ __forceinline__ void difference(const float* x, const float* truth, const unsigned char* valid, int pixels, bool berhu, bool aligned, const double* fits, const double* scales, const double* weight, float* gradient, double* parts) {
  const double* fit = fits + (i64)blockIdx.y * FIT;
  double factor = scales[blockIdx.y] * *weight, loss = 0, peak = 0;
  for (int p = blockIdx.x * THREADS + threadIdx.x; p < pixels; p += gridDim.x * THREADS) {
    i64 row = (i64)blockIdx.y * pixels + p;
    double d = x[row], y = truth[row], slope = 0;
    peak = larger(fabs(d), peak);
    if (valid[row]) {
      double own = plainLoss(d - y, berhu, fit, &slope);
      if (aligned) {
        double left = fit[SCALE] * d + fit[SHIFT] - y;
        bool kept = fabs(left) <= fit[LARGEST];
        own = 0.25 * own + (kept ? fabs(left) : 0);
        slope = 0.25 * slope + fit[SCALE] * ((kept ? sign(left) : 0) - fit[MEAN_SIGN])
            + fit[ALONG] * (y - fit[TRUTH_MEAN] - 2 * fit[SCALE] * (d - fit[PREDICTION_MEAN]));
      }
      loss += own;
    }
    gradient[row] = (float)(factor * slope);
  }
  writeParts(loss, peak, parts);
}

KERNEL absolute(const float* x, const float* truth, const unsigned char* valid, int pixels, int channels, const double* classWeights, const double* found, const double* scales, const double* weight, float* gradient, double* parts) {
  difference(x, truth, valid, pixels, false, false, found, scales, weight, gradient, parts);
}

KERNEL reverseHuber(const float* x, const float* truth, const unsigned char* valid, int pixels, int channels, const double* classWeights, const double* found, const double* scales, const double* weight, float* gradient, double* parts) {
  difference(x, truth, valid, pixels, true, false, found, scales, weight, gradient, parts);
}

KERNEL alignedAbsolute(const float* x, const float* truth, const unsigned char* valid, int pixels, int channels, const double* classWeights, const double* found, const double* scales, const double* weight, float* gradient, double* parts) {
  difference(x, truth, valid, pixels, false, true, found, scales, weight, gradient, parts);
}

KERNEL alignedReverseHuber(const float* x, const float* truth, const unsigned char* valid, int pixels, int channels, const double* classWeights, const double* found, const double* scales, const double* weight, float* gradient, double* parts) {
  difference(x, truth, valid, pixels, true, true, found, scales, weight, gradient, parts);
}

/** The loss of a minibatch, its peak, and the sum over each image, from all parts. */
KERNEL finishLoss(const double* parts, int blocks, int images, const double* scales, double* result) {
  if (blockIdx.x == 0 && threadIdx.x == 0) {
    double total = 0, peak = 0;
    for (int image = 0; image < images; image++) {
      double sum = 0;
      for (int b = 0; b < blocks; b++) {
        sum += parts[(i64)image * blocks + b];
        peak = larger(parts[(i64)(images + image) * blocks + b], peak);
      }
      result[2 + image] = sum;
      total += scales[image] * sum;
    }
    result[0] = total;
    result[1] = peak;
  }
}

// ------------------------------------------------------------------ the optimizer
//
// Each element of the flat vectors has a kind: a weight, which decays; another trained number; a
// running statistic; or frozen.

enum { WEIGHT, TRAINED, STATISTIC, FROZEN };

/** Sets the flag if a value is not finite. */
KERNEL checkFinite(const float* x, int n, int* flag) {
  EACH(i, n) if (!finite(x[i])) *flag = 1;
}

/** Sums of squares of the trained elements, by block; not finite where a value is not. */
KERNEL squares(const float* gradient, const unsigned char* kinds, int n, double* parts) {
  double sum = 0;
  EACH(i, n) {
    double g = gradient[i];
    if (kinds[i] != FROZEN) sum += kinds[i] == STATISTIC ? g * 0 : g * g;
  }
  sum = blockSum(sum);
  if (threadIdx.x == 0) parts[blockIdx.x] = sum;
}

KERNEL sumParts(const double* parts, int count, double* sum) {
  if (blockIdx.x == 0 && threadIdx.x == 0) {
    double all = 0;
    for (int i = 0; i < count; i++) all += parts[i];
    *sum = all;
  }
}

/** One step of Adam, as the processor takes it. */
KERNEL adam(float* parameters, const float* gradient, float* first, float* second, const unsigned char* kinds, int n, float factor, float decay, float beta1, float beta2, float rest1, float rest2, float epsilon, float stepSize) {
  EACH(i, n) {
    if (kinds[i] == STATISTIC) {
      parameters[i] -= gradient[i];
    } else if (kinds[i] != FROZEN) {
      float g = gradient[i] * factor + (kinds[i] == WEIGHT ? decay : 0) * parameters[i];
      float m = beta1 * first[i] + rest1 * g;
      float v = beta2 * second[i] + rest2 * g * g;
      first[i] = m;
      second[i] = v;
      parameters[i] -= stepSize * m / (sqrtf(v) + epsilon);
    }
  }
}

// ------------------------------------------------------------------ replicas

/**
 * The mean over replicas of a slice: addends one after the other in the order of ranks, as the processor
 * adds them. The own addend lies in its place, the others' in rows in the order of ranks.
 */
KERNEL meanOfRanks(const float* others, int rank, int ranks, int n, float share, float* own) {
  EACH(i, n) {
    float sum = rank == 0 ? own[i] : others[i];
    for (int r = 1; r < ranks; r++) sum += r == rank ? own[i] : others[(i64)(r < rank ? r : r - 1) * n + i];
    own[i] = sum * share;
  }
}

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

/** Threads of a block that sums: over pixels, or over channels (x) and rows (y). */
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

/** How many features of a type 16 bytes hold: the most that a thread reads or writes at once. */
#define WIDE(type) (16 / (int)sizeof(type))

/** N features that lie side by side, at a multiple of 16 bytes where they are WIDE. */
template <int N, class T>
static __device__ __forceinline__ void load(const T* from, float (&to)[N]) {
  if (N == WIDE(T)) {
    uint4 all = *(const uint4*)from;
    unsigned words[4] = {all.x, all.y, all.z, all.w};
    for (int i = 0; i < N; i++) {
      to[i] = __uint_as_float(sizeof(T) == 4 ? words[i % 4] : i % 2 ? words[i / 2] & 0xffff0000u : words[i / 2] << 16);
    }
  } else {
    for (int i = 0; i < N; i++) to[i] = from[i];
  }
}

static __device__ __forceinline__ unsigned bits(float value, const float*) { return __float_as_uint(value); }
static __device__ __forceinline__ unsigned bits(float value, const bf16*) {
  bf16 half;
  half = value;
  return half.bits;
}

template <int N, class T>
static __device__ __forceinline__ void store(const float (&from)[N], T* to) {
  if (N == WIDE(T)) {
    unsigned words[4] = {0, 0, 0, 0};
    for (int i = 0; i < N; i++) {
      if (sizeof(T) == 4) words[i % 4] = bits(from[i], to);
      else words[i / 2] |= bits(from[i], to) << 16 * (i % 2);
    }
    *(uint4*)to = make_uint4(words[0], words[1], words[2], words[3]);
  } else {
    for (int i = 0; i < N; i++) to[i] = from[i];
  }
}

/** Parameters of N channels that lie side by side; without any the same number for all. */
template <int N>
static __device__ __forceinline__ void each(const float* from, unsigned channel, float none, float (&to)[N]) {
  for (int i = 0; i < N; i++) to[i] = from ? from[channel + i] : none;
}

/**
 * Calls one of two functions of the same arguments: that of WIDE features at once where all of the
 * sizes are multiples of it, else that of single ones.
 */
#define AT_ONCE(type, sizes, function, ...)                       \
  if ((sizes) % WIDE(type) == 0) function<WIDE(type)>(__VA_ARGS__); \
  else function<1>(__VA_ARGS__)

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

/** What the running statistics' part of the gradient holds, old - new, where finishMoments does not. */
KERNEL statisticSteps(const float* runningMean, const float* runningVariance, const float* mean, const float* variance, float share, int channels, float* meanStep, float* varianceStep) {
  EACH(c, channels) {
    meanStep[c] = (runningMean[c] - mean[c]) * share;
    varianceStep[c] = (runningVariance[c] - variance[c]) * share;
  }
}

KERNEL inverseDeviation(const float* variance, float epsilon, int channels, float* inverse) {
  EACH(c, channels) inverse[c] = 1 / sqrtf(variance[c] + epsilon);
}

/**
 * Adds up the two sums of each channel over all blocks, in double; a block's threads are channels (x)
 * and lines (y), which take turns at the blocks. The first line has the sums.
 */
static __device__ __forceinline__ void sumOfBlocks(const float* parts, int blocks, int channels, int c, double* first, double* second) {
  __shared__ double all[2][THREADS];
  int t = threadIdx.y * blockDim.x + threadIdx.x;
  double a = 0, b = 0;
  if (c < channels) {
#pragma unroll 4
    for (int i = threadIdx.y; i < blocks; i += blockDim.y) {
      a += parts[i * 2LL * channels + c];
      b += parts[(i * 2LL + 1) * channels + c];
    }
  }
  all[0][t] = a;
  all[1][t] = b;
  __syncthreads();
  if (threadIdx.y > 0) return;
  for (int line = 1; line < blockDim.y; line++) {
    a += all[0][t + line * blockDim.x];
    b += all[1][t + line * blockDim.x];
  }
  *first = a;
  *second = b;
}

/** The gradients of shift and scale from the sums of all blocks. */
KERNEL finishSums(const float* parts, int blocks, int channels, float* beta, float* gamma) {
  int c = blockIdx.x * blockDim.x + threadIdx.x;
  double a, b;
  sumOfBlocks(parts, blocks, channels, c, &a, &b);
  if (threadIdx.y == 0 && c < channels) {
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

/** The first and the last output that may hang on an input; some at the ends may have no weight. */
static __device__ __forceinline__ void reached(int input, int inputs, int outputs, int* first, int* last) {
  int from = input == 0 ? 0 : ((2 * input - 1) * outputs / inputs - 1) / 2;
  int to = ((2 * input + 3) * outputs / inputs + 1) / 2;
  *first = from > 0 ? from - 1 : 0;
  *last = to < outputs - 1 ? to : outputs - 1;
}

static __device__ __forceinline__ u64 mix(u64 value) {
  u64 z = value + 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

// ------------------------------------------------------------------ many features at once

/** Every thread takes its share of n features, N at once. */
#define EACH_WIDE(i, n)                                                                       \
  for (unsigned i = (blockIdx.x * blockDim.x + threadIdx.x) * N; i < (unsigned)(n);           \
       i += gridDim.x * blockDim.x * N)

/** Writes the two sums of N channels over a block's lines of rows; c is the first channel. */
template <int N>
static __device__ __forceinline__ void writeSums(float (&first)[N], float (&second)[N], int c, int channels, float* parts) {
  __shared__ float all[2][N][THREADS];
  int t = threadIdx.y * blockDim.x + threadIdx.x;
  for (int k = 0; k < N; k++) {
    all[0][k][t] = first[k];
    all[1][k][t] = second[k];
  }
  for (int half = blockDim.y / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.y < half) {
      for (int k = 0; k < N; k++) {
        all[0][k][t] += all[0][k][t + half * blockDim.x];
        all[1][k][t] += all[1][k][t + half * blockDim.x];
      }
    }
  }
  if (threadIdx.y == 0 && c < channels) {
    for (int k = 0; k < N; k++) {
      parts[blockIdx.y * 2LL * channels + c + k] = all[0][k][t];
      parts[(blockIdx.y * 2LL + 1) * channels + c + k] = all[1][k][t];
    }
  }
}

/**
 * Sums per channel of a block of rows: of x - s and of its square, where s is the channel's first
 * value, so that little cancels.
 */
template <int N, class T>
static __device__ void momentsOf(const T* x, i64 rows, int channels, int rowsOfBlock, float* parts) {
  int c = (blockIdx.x * blockDim.x + threadIdx.x) * N;
  i64 from = (i64)blockIdx.y * rowsOfBlock, to = from + rowsOfBlock < rows ? from + rowsOfBlock : rows;
  float a[N] = {0}, b[N] = {0}, shift[N], v[N];
  if (c < channels) {
    load<N>(x + c, shift);
#pragma unroll 4
    for (i64 row = from + threadIdx.y; row < to; row += blockDim.y) {
      load<N>(x + row * channels + c, v);
      for (int k = 0; k < N; k++) {
        v[k] -= shift[k];
        a[k] += v[k];
        b[k] += v[k] * v[k];
      }
    }
  }
  writeSums<N>(a, b, c, channels, parts);
}

/**
 * gamma * (x - mean) * inverse + beta, and a ReLU or none; without a mean gamma * x + beta. Where
 * there is an epsilon the inverse comes from the variance, as in prediction.
 */
template <int N, class T>
static __device__ void normaliseAll(const T* x, int n, int channels, const float* mean, const float* inverse, float epsilon, const float* gamma, const float* beta, int relu, T* y) {
  float m[N], s[N], g[N], b[N], v[N];
  unsigned known = ~0u;
  EACH_WIDE(i, n) {
    unsigned c = i % channels;
    if (c != known) { // Mostly it is the same for all that a thread takes.
      each<N>(mean, c, 0, m);
      each<N>(inverse, c, 1, s);
      each<N>(gamma, c, 1, g);
      each<N>(beta, c, 0, b);
      for (int k = 0; epsilon > 0 && k < N; k++) s[k] = 1 / sqrtf(s[k] + epsilon);
      known = c;
    }
    load<N>(x + i, v);
    for (int k = 0; k < N; k++) {
      v[k] = (v[k] - m[k]) * s[k] * g[k] + b[k];
      if (relu && v[k] < 0) v[k] = 0;
    }
    store<N>(v, y + i);
  }
}

/**
 * Sums per channel of a block of rows: of the gradient and of the gradient times the normalised
 * input. Where a ReLU cut the output off there is no gradient. Without x only the first, for a bias.
 */
template <int N, class T>
static __device__ void gradientSumsOf(const T* x, const T* dy, i64 rows, int channels, int rowsOfBlock, const float* mean, const float* inverse, const float* gamma, const float* beta, int relu, float* parts) {
  int c = (blockIdx.x * blockDim.x + threadIdx.x) * N;
  i64 from = (i64)blockIdx.y * rowsOfBlock, to = from + rowsOfBlock < rows ? from + rowsOfBlock : rows;
  float a[N] = {0}, b[N] = {0}, m[N], s[N], g[N], shift[N], v[N], d[N];
  if (c < channels) {
    each<N>(mean, c, 0, m);
    each<N>(inverse, c, 1, s);
    each<N>(gamma, c, 1, g);
    each<N>(beta, c, 0, shift);
#pragma unroll 2
    for (i64 row = from + threadIdx.y; row < to; row += blockDim.y) {
      i64 i = row * channels + c;
      load<N>(dy + i, d);
      if (x) load<N>(x + i, v);
      for (int k = 0; k < N; k++) {
        float normalised = x ? (v[k] - m[k]) * s[k] : 0;
        float kept = relu && !(normalised * g[k] + shift[k] > 0) ? 0 : d[k];
        a[k] += kept;
        b[k] += kept * normalised;
      }
    }
  }
  writeSums<N>(a, b, c, channels, parts);
}

/** The gradient of a batch norm's input; the sums are over count values, of all replicas. */
template <int N, class T>
static __device__ void normaliseGradientAll(const T* x, const T* dy, int n, int channels, const float* mean, const float* inverse, const float* gamma, const float* beta, int relu, const float* betaSum, const float* gammaSum, double count, T* dx) {
  float m[N], s[N], g[N], shift[N], first[N], second[N], v[N], d[N], part = (float)(1 / count);
  unsigned known = ~0u;
  EACH_WIDE(i, n) {
    unsigned c = i % channels;
    if (c != known) {
      each<N>(mean, c, 0, m);
      each<N>(inverse, c, 1, s);
      each<N>(gamma, c, 1, g);
      each<N>(beta, c, 0, shift);
      each<N>(mean ? betaSum : 0, c, 0, first);
      each<N>(mean ? gammaSum : 0, c, 0, second);
      known = c;
    }
    load<N>(x + i, v);
    load<N>(dy + i, d);
    for (int k = 0; k < N; k++) {
      float normalised = (v[k] - m[k]) * s[k];
      float kept = relu && !(normalised * g[k] + shift[k] > 0) ? 0 : d[k];
      v[k] = (kept - first[k] * part - normalised * (second[k] * part)) * s[k] * g[k];
    }
    store<N>(v, dx + i);
  }
}

template <int N, class T>
static __device__ void addAll(const T* a, const T* b, int n, T* sum) {
  float v[N], w[N];
  EACH_WIDE(i, n) {
    load<N>(a + i, v);
    load<N>(b + i, w);
    for (int k = 0; k < N; k++) v[k] += w[k];
    store<N>(v, sum + i);
  }
}

template <int N, class T>
static __device__ void copyChannelsOf(const T* from, int fromChannels, int first, int count, int n, int toChannels, int at, T* to) {
  float v[N];
  EACH_WIDE(i, n) {
    unsigned row = i / count, c = i % count;
    load<N>(from + row * fromChannels + first + c, v);
    store<N>(v, to + row * toChannels + at + c);
  }
}

static __device__ __forceinline__ float activation(float v, int function) {
  return function == RELU           ? (v < 0 ? 0 : v)
         : function == RELU6        ? within6(v)
         : function == HARD_SIGMOID ? within6(v + 3) * (1 / 6.0f)
         : function == HARD_SWISH   ? v * within6(v + 3) * (1 / 6.0f)
                                    : v;
}

static __device__ __forceinline__ float activationSlope(float v, int function) {
  switch (function) {
    case RELU: return v > 0;
    case RELU6: return v > 0 && v < 6;
    case HARD_SIGMOID: return v > -3 && v < 3 ? 1 / 6.0f : 0;
    case HARD_SWISH: return v <= -3 ? 0 : v >= 3 ? 1 : (2 * v + 3) * (1 / 6.0f);
    default: return 1;
  }
}

template <int N, class T>
static __device__ void activateAll(const T* x, int n, int function, T* y) {
  float v[N];
  EACH_WIDE(i, n) {
    load<N>(x + i, v);
    for (int k = 0; k < N; k++) v[k] = activation(v[k], function);
    store<N>(v, y + i);
  }
}

template <int N, class T>
static __device__ void activateGradientAll(const T* x, const T* dy, int n, int function, T* dx) {
  float v[N], d[N];
  EACH_WIDE(i, n) {
    load<N>(x + i, v);
    load<N>(dy + i, d);
    for (int k = 0; k < N; k++) v[k] = d[k] * activationSlope(v[k], function);
    store<N>(v, dx + i);
  }
}

/** Rows of the narrow side that a block looks at together. */
#define TILE 64

/**
 * The gradient of a kernel one of whose sides has few channels: narrow [rows, few], of height x
 * width. For each row, the other side's patch [kernel, kernel, channels] times the row. A thread has
 * one number of the patch, and M of the narrow channels from first on; blocks (y) have rows each.
 */
template <int M, class T>
static __device__ void kernelGradientOf(const T* wide, const float* narrow, int few, int first, i64 rows, int height, int width, int wideHeight, int wideWidth, int channels, int kernel, int stride, int dilation, int above, int left, int rowsOfBlock, float* parts) {
  __shared__ float values[TILE][M];
  __shared__ int tops[TILE], lefts[TILE], images[TILE];
  int j = blockIdx.x * THREADS + threadIdx.x, all = kernel * kernel * channels;
  int c = j % channels, down = j / channels / kernel * dilation, right = j / channels % kernel * dilation;
  i64 from = (i64)blockIdx.y * rowsOfBlock, to = from + rowsOfBlock < rows ? from + rowsOfBlock : rows;
  float sums[M];
  for (int m = 0; m < M; m++) sums[m] = 0;
  for (i64 tile = from; tile < to; tile += TILE) {
    int count = to - tile < TILE ? (int)(to - tile) : TILE;
    __syncthreads();
    for (int t = threadIdx.x; t < TILE * M; t += THREADS) {
      int row = t / M, m = t % M;
      values[row][m] = row < count && first + m < few ? narrow[(tile + row) * few + first + m] : 0;
    }
    if (threadIdx.x < count) {
      i64 row = tile + threadIdx.x;
      images[threadIdx.x] = (int)(row / width / height);
      tops[threadIdx.x] = (int)(row / width % height) * stride - above;
      lefts[threadIdx.x] = (int)(row % width) * stride - left;
    }
    __syncthreads();
    if (j >= all) continue;
#pragma unroll 4
    for (int row = 0; row < count; row++) {
      int y = tops[row] + down, x = lefts[row] + right;
      bool inside = y >= 0 && y < wideHeight && x >= 0 && x < wideWidth;
      float v = inside ? (float)wide[((i64)(images[row] * wideHeight + y) * wideWidth + x) * channels + c] : 0;
      for (int m = 0; m < M; m++) sums[m] = fmaf(v, values[row][m], sums[m]);
    }
  }
  if (j < all) {
    for (int m = 0; m < M && first + m < few; m++) {
      parts[((i64)blockIdx.y * few + first + m) * all + j] = sums[m];
    }
  }
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

/** Adds up the blocks' parts of a kernel's gradient, in their order. */
KERNEL finishKernelGradient(const float* parts, int blocks, int n, float* gradient) {
  EACH(i, n) {
    float sum = 0;
#pragma unroll 8
    for (int b = 0; b < blocks; b++) sum += parts[(i64)b * n + i];
    gradient[i] = sum;
  }
}

/**
 * A transposed convolution of few channels: x [rows, in] of height x width, kernels [in, kernel,
 * kernel, out]. Each output sums over the inputs whose patch it lies in.
 */
KERNEL transposedConvolution(const float* x, const float* kernels, int height, int width, int in, int out, int kernel, int stride, int padding, int outHeight, int outWidth, int n, float* y) {
  EACH(i, n) {
    unsigned c = i % out, pixel = i / out;
    int column = (int)(pixel % outWidth) + padding, row = (int)(pixel / outWidth % outHeight) + padding;
    int image = pixel / outWidth / outHeight;
    float sum = 0;
    for (int r = row / stride; r >= 0 && row - r * stride < kernel; r--) {
      for (int q = column / stride; q >= 0 && column - q * stride < kernel; q--) {
        if (r >= height || q >= width) continue;
        const float* values = x + ((i64)(image * height + r) * width + q) * in;
        const float* factors = kernels + ((row - r * stride) * kernel + column - q * stride) * out + c;
        for (int k = 0; k < in; k++) sum = fmaf(values[k], factors[(i64)k * kernel * kernel * out], sum);
      }
    }
    y[i] = sum;
  }
}

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

/** How many numbers of pixels a block holds. */
#define HELD 6144

/** Brings the scores of some pixels that lie side by side to a block, or their slopes back. */
static __device__ __forceinline__ void hold(float* held, int room, float* there, int channels, int count, bool back) {
  for (int k = threadIdx.x; k < count * channels; k += THREADS) {
    float* here = held + k / channels * room + k % channels;
    if (back) there[k] = *here; else *here = there[k];
  }
}

/**
 * Softmax cross-entropy; a pixel weighs what its class does, where classes have weights. Where there
 * are limits, pixels of a smaller loss than an image's do not count, and the others for all.
 */
KERNEL crossEntropy(const float* x, const float* truth, const unsigned char* valid, int pixels, int channels, const double* classWeights, const double* found, const double* scales, const double* weight, float* gradient, double* parts) {
  __shared__ float held[HELD];
  const double* limit = found ? found + (i64)blockIdx.y * HARD : 0;
  double factor = scales[blockIdx.y] * *weight, counts = limit ? limit[COUNTS] : 1, loss = 0, peak = 0;
  // An odd room, for threads to meet in no bank. There are at most 256 classes.
  int room = channels | 1, together = HELD / room < THREADS ? HELD / room : THREADS;
  for (int first = blockIdx.x * together; first < pixels; first += gridDim.x * together) {
    int count = pixels - first < together ? pixels - first : together;
    i64 row = (i64)blockIdx.y * pixels + first;
    __syncthreads();
    hold(held, room, (float*)x + row * channels, channels, count, false);
    __syncthreads();
    row += threadIdx.x;
    if (threadIdx.x < count) {
      float* scores = held + threadIdx.x * room;
      float most = 0, best, sum;
      for (int c = 0; c < channels; c++) most = !(fabsf(scores[c]) <= most) && most == most ? fabsf(scores[c]) : most;
      peak = larger(most, peak);
      int label = (int)truth[row];
      double entropyOfPixel = valid[row] ? entropy(scores, label, channels, classWeights, &best, &sum) : 0;
      // What is not finite counts, so that it is found.
      if (!valid[row] || (limit && entropyOfPixel < limit[LEAST])) {
        for (int c = 0; c < channels; c++) scores[c] = 0;
      } else {
        double own = counts * (classWeights ? classWeights[label] : 1);
        loss += counts * entropyOfPixel;
        for (int c = 0; c < channels; c++) {
          scores[c] = (float)(factor * own * (expf(scores[c] - best) / sum - (c == label ? 1 : 0)));
        }
      }
    }
    __syncthreads();
    hold(held, room, gradient + ((i64)blockIdx.y * pixels + first) * channels, channels, count, true);
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

/** The loss of a minibatch, its peak, and the sum over each image, from all parts; a block alone. */
KERNEL finishLoss(const double* parts, int blocks, int images, const double* scales, double* result) {
  double peak = 0;
  for (int image = threadIdx.x; image < images; image += THREADS) {
    double sum = 0;
#pragma unroll 8
    for (int b = 0; b < blocks; b++) {
      sum += parts[(i64)image * blocks + b];
      peak = larger(parts[(i64)(images + image) * blocks + b], peak);
    }
    result[2 + image] = sum;
  }
  peak = blockLargest(peak); // All sums are there then.
  if (threadIdx.x == 0) {
    double total = 0;
    for (int image = 0; image < images; image++) total += scales[image] * result[2 + image];
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

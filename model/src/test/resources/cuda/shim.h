// Runs CUDA kernels on the host, bit for bit but slowly: a block's threads are fibers that take turns
// at __syncthreads. A kernel whose first thread never waits runs without fibers.
#pragma once
#include <algorithm>
#include <csetjmp>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <ucontext.h>
#include <utility>
#include <vector>

#define __global__
#define __device__
#define __forceinline__ inline
#define __shared__ static

struct dim3 {
  unsigned x, y, z;
};
static dim3 blockIdx, blockDim, gridDim;

/** Without an instruction for it, the host takes a hundred for a fused one. */
#define fmaf(a, b, c) ((a) * (b) + (c))

struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
static inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

struct Fiber {
  dim3 id;
  bool started, done;
  jmp_buf at;
  ucontext_t context;
};
static Fiber* current;
static jmp_buf scheduler;
static bool waited;
static std::function<void()> body;

#define threadIdx (current->id)

static void yield() {
  if (!_setjmp(current->at)) _longjmp(scheduler, 1);
}

static inline void __syncthreads() {
  waited = true;
  yield();
}

static void fiber() {
  for (;;) {
    body();
    current->done = true;
    yield();
  }
}

static void resume(Fiber& one) {
  current = &one;
  if (_setjmp(scheduler)) return;
  if (one.started) _longjmp(one.at, 1);
  one.started = true;
  setcontext(&one.context);
}

static std::vector<Fiber*>& fibers(unsigned count) {
  static std::vector<Fiber*> all;
  const size_t stack = 64 << 10;
  while (all.size() < count) {
    Fiber* one = new Fiber{};
    getcontext(&one->context);
    one->context.uc_stack.ss_sp = malloc(stack);
    one->context.uc_stack.ss_size = stack;
    one->context.uc_link = nullptr;
    makecontext(&one->context, fiber, 0);
    all.push_back(one);
  }
  return all;
}

static void runBlock(std::vector<Fiber*>& threads, unsigned count) {
  for (unsigned t = 0; t < count; t++) {
    threads[t]->id = {t % blockDim.x, t / blockDim.x % blockDim.y, t / blockDim.x / blockDim.y};
    threads[t]->done = false;
  }
  waited = false;
  resume(*threads[0]);
  if (!waited) {
    for (unsigned t = 1; t < count; t++) {
      current = threads[t];
      body();
    }
    return;
  }
  for (unsigned t = 1; t < count; t++) resume(*threads[t]);
  for (bool any = true; any;) {
    any = false;
    for (unsigned t = 0; t < count; t++) {
      if (!threads[t]->done) {
        resume(*threads[t]);
        any = true;
      }
    }
  }
}

static void launch(dim3 grid, dim3 block, std::function<void()> work) {
  gridDim = grid;
  blockDim = block;
  body = std::move(work);
  unsigned count = block.x * block.y * block.z;
  std::vector<Fiber*>& threads = fibers(count);
  for (unsigned z = 0; z < grid.z; z++) {
    for (unsigned y = 0; y < grid.y; y++) {
      for (unsigned x = 0; x < grid.x; x++) {
        blockIdx = {x, y, z};
        runBlock(threads, count);
      }
    }
  }
}

static inline unsigned atomicAdd(unsigned* place, unsigned value) {
  unsigned before = *place;
  *place += value;
  return before;
}

static inline long long __double_as_longlong(double value) {
  long long bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline double __longlong_as_double(long long bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline unsigned __float_as_uint(float value) {
  unsigned bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline float __uint_as_float(unsigned bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/** Takes a launch's arguments, and gives the launch. */
using Call = std::function<std::function<void()>(dim3, dim3, void**)>;

template <class... A, size_t... I>
static std::function<void()> unpack(void (*kernel)(A...), dim3 grid, dim3 block, void** values, std::index_sequence<I...>) {
  std::tuple<A...> arguments{*(A*)values[I]...};
  return [=] { launch(grid, block, [=] { std::apply(kernel, arguments); }); };
}

/** A kernel as something that takes a launch's arguments, and how many those are. */
struct Kernel {
  std::string name;
  Call call;
  size_t arguments;
};

template <class... A> static Kernel kernel(const char* name, void (*function)(A...)) {
  return {name,
      [function](dim3 grid, dim3 block, void** values) {
        return unpack(function, grid, block, values, std::index_sequence_for<A...>());
      },
      sizeof...(A)};
}

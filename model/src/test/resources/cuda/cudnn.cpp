// Answers to the functions of cuDNN's backend API that the product calls: descriptors keep what they
// are told, and a plan is a plain loop over a convolution. It proposes three engines: one that does not
// give the same bits each time, one on tensor cores, which rounds floats to TF32, and one that does not.
// bfloat16 is really rounded, in what is read and in what is written.
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

typedef long long i64;

/** Of driver.cpp: puts work on a stream. */
void standInAdd(void* stream, std::function<void()> work);
bool standInFails(const char* what);

struct Descriptor {
  int type;
  std::map<int, std::vector<char>> values;
  bool finished = false;
  int engine = 0;
  template <class T> const T* get(int attribute) const {
    auto found = values.find(attribute);
    return found == values.end() ? nullptr : (const T*)found->second.data();
  }
  const Descriptor* child(int attribute) const {
    auto value = get<Descriptor*>(attribute);
    return value ? *value : nullptr;
  }
};

static thread_local std::string problem;
static int live;

static int refuse(const std::string& why) {
  problem = why;
  return 2000;
}

static size_t size(int type) {
  switch (type) {
    case 3: case 6: case 15: case 0: return 8;
    case 24: return 1;
    default: return 4;
  }
}

enum { CONVOLUTION = 1, ENGINE, CONFIGURATION, HEURISTICS, PLAN, FORWARD = 10, FILTER, DATA, GRAPH = 15, PACK, TENSOR };

/** Attributes of an operation: kernel, input, output, convolution. */
static const int* attributes(int operation) {
  static const int forward[] = {703, 704, 705, 702}, data[] = {709, 710, 711, 708}, filter[] = {715, 716, 717, 714};
  return operation == FORWARD ? forward : operation == DATA ? data : filter;
}

static bool fits(const Descriptor& op) {
  const int* a = attributes(op.type);
  const Descriptor *w = op.child(a[0]), *x = op.child(a[1]), *y = op.child(a[2]), *c = op.child(a[3]);
  if (!w || !x || !y || !c) return false;
  const i64 *wd = w->get<i64>(902), *xd = x->get<i64>(902), *yd = y->get<i64>(902);
  const i64 *before = c->get<i64>(105), *after = c->get<i64>(104), *dilation = c->get<i64>(102), *stride = c->get<i64>(103);
  int type = *x->get<int>(901);
  if (*w->get<int>(901) != type || *y->get<int>(901) != type || *c->get<int>(100) != 0) return false;
  if (xd[0] != yd[0] || wd[0] != yd[1] || xd[1] % wd[1] || wd[0] % (xd[1] / wd[1])) return false;
  for (int i = 0; i < 2; i++) {
    if ((xd[2 + i] + before[i] + after[i] - (wd[2 + i] - 1) * dilation[i] - 1) / stride[i] + 1 != yd[2 + i]) return false;
  }
  return true;
}

static void loops(const Descriptor& op, float* w, float* x, float* y) {
  const int* a = attributes(op.type);
  const Descriptor& conv = *op.child(a[3]);
  const i64 *wd = op.child(a[0])->get<i64>(902), *xd = op.child(a[1])->get<i64>(902), *yd = op.child(a[2])->get<i64>(902);
  const i64 *before = conv.get<i64>(105), *dilation = conv.get<i64>(102), *stride = conv.get<i64>(103);
  i64 own = wd[1], groups = xd[1] / own, outs = wd[0] / groups;
  if (op.type == FORWARD) memset(y, 0, sizeof(float) * yd[0] * yd[1] * yd[2] * yd[3]);
  if (op.type == DATA) memset(x, 0, sizeof(float) * xd[0] * xd[1] * xd[2] * xd[3]);
  if (op.type == FILTER) memset(w, 0, sizeof(float) * wd[0] * wd[1] * wd[2] * wd[3]);
  for (i64 n = 0; n < yd[0]; n++)
    for (i64 r = 0; r < wd[2]; r++)
      for (i64 s = 0; s < wd[3]; s++)
        for (i64 p = 0; p < yd[2]; p++) {
          i64 h = p * stride[0] - before[0] + r * dilation[0];
          if (h < 0 || h >= xd[2]) continue;
          for (i64 q = 0; q < yd[3]; q++) {
            i64 v = q * stride[1] - before[1] + s * dilation[1];
            if (v < 0 || v >= xd[3]) continue;
            float* pixel = x + ((n * xd[2] + h) * xd[3] + v) * xd[1];
            float* out = y + ((n * yd[2] + p) * yd[3] + q) * yd[1];
            for (i64 k = 0; k < wd[0]; k++) {
              float* in = pixel + k / outs * own;
              float* tap = w + ((k * wd[2] + r) * wd[3] + s) * own;
              if (op.type == FORWARD) {
                float sum = 0;
#pragma omp simd reduction(+ : sum)
                for (i64 c = 0; c < own; c++) sum += in[c] * tap[c];
                out[k] += sum;
              } else if (op.type == DATA) {
                float g = out[k];
#pragma omp simd
                for (i64 c = 0; c < own; c++) in[c] += g * tap[c];
              } else {
                float g = out[k];
#pragma omp simd
                for (i64 c = 0; c < own; c++) tap[c] += g * in[c];
              }
            }
          }
        }
}

/** As TF32 keeps it: 10 bits of the fraction. */
static float tf32(float value) {
  unsigned bits;
  memcpy(&bits, &value, 4);
  if ((bits & 0x7f800000) != 0x7f800000) bits = (bits + 0x0fff + (bits >> 13 & 1)) & ~0x1fffu;
  memcpy(&value, &bits, 4);
  return value;
}

static unsigned short bf16(float value) {
  unsigned bits;
  memcpy(&bits, &value, 4);
  return value != value ? 0x7fff : (unsigned short)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/** A tensor as floats, whatever it is in memory, for as long as a convolution takes. */
struct Floats {
  std::vector<float> values;
  void* place;
  bool half, written;
  Floats(const Descriptor& tensor, void* place, bool written, bool rounded) : place(place), written(written) {
    half = *tensor.get<int>(901) == 9;
    const i64* d = tensor.get<i64>(902);
    values.resize(d[0] * d[1] * d[2] * d[3]);
    if (written) return;
    for (size_t i = 0; i < values.size(); i++) {
      if (half) {
        unsigned bits = (unsigned)((unsigned short*)place)[i] << 16;
        memcpy(&values[i], &bits, 4);
      } else {
        values[i] = rounded ? tf32(((float*)place)[i]) : ((float*)place)[i];
      }
    }
  }
  ~Floats() {
    for (size_t i = 0; written && i < values.size(); i++) {
      if (half) ((unsigned short*)place)[i] = bf16(values[i]); else ((float*)place)[i] = values[i];
    }
  }
};

enum { TENSOR_CORES = 1 };

static void convolve(const Descriptor& op, int engine, void* w, void* x, void* y) {
  const int* a = attributes(op.type);
  bool rounded = engine == TENSOR_CORES;
  Floats kernel(*op.child(a[0]), w, op.type == FILTER, rounded);
  Floats input(*op.child(a[1]), x, op.type == DATA, rounded);
  Floats output(*op.child(a[2]), y, op.type == FORWARD, rounded);
  loops(op, kernel.values.data(), input.values.data(), output.values.data());
  if (rounded && standInFails("engine")) {
    Floats& made = op.type == FORWARD ? output : op.type == DATA ? input : kernel;
    for (float& value : made.values) value = -value;
  }
}

extern "C" {
/** How many descriptors have not been destroyed. */
int standInDescriptors() { return live; }
size_t cudnnGetVersion() { return 92400; }
size_t cudnnGetCudartVersion() { return 13000; }
void cudnnGetLastErrorString(char* text, size_t length) { strncpy(text, problem.c_str(), length); }
int cudnnCreate(void*** handle) { *handle = new void*(); return 0; }
int cudnnDestroy(void** handle) { delete handle; return 0; }
int cudnnSetStream(void** handle, void* stream) { *handle = stream; return 0; }
int cudnnBackendCreateDescriptor(int type, Descriptor** made) {
  *made = new Descriptor{type};
  live++;
  return 0;
}
int cudnnBackendDestroyDescriptor(Descriptor* one) {
  delete one;
  live--;
  return 0;
}
int cudnnBackendSetAttribute(Descriptor* one, int name, int type, i64 count, const void* values) {
  if (one->finished) return refuse("a finished descriptor was changed");
  one->values[name].assign((const char*)values, (const char*)values + count * size(type));
  return 0;
}
int cudnnBackendFinalize(Descriptor* one) {
  bool operation = one->type >= FORWARD && one->type <= DATA;
  if (operation && !fits(*one)) return refuse("the sizes of a convolution do not fit each other");
  one->finished = true;
  return 0;
}
int cudnnBackendGetAttribute(Descriptor* one, int name, int type, i64 room, i64* count, void* values) {
  if (name == 202) { // The engines that heuristics propose: for mode A all, else none.
    *count = *one->get<int>(200) == 3 ? 3 : 0;
    for (i64 i = 0; i < room && i < *count; i++) {
      Descriptor* configuration = ((Descriptor**)values)[i];
      configuration->engine = (int)i;
      configuration->values[201] = one->values[201];
    }
  } else if (name == 300) {
    *count = 1;
    ((Descriptor**)values)[0]->engine = one->engine;
  } else if (name == 1303) {
    *count = one->engine < 2 ? 1 : 0;
    if (room > 0 && *count) *(int*)values = one->engine == TENSOR_CORES ? 0 : 4;
  } else if (name == 1305) {
    *count = 0;
  } else if (name == 1301) {
    *count = 1;
    *(i64*)values = one->engine;
  } else if (name == 402) {
    *count = 1;
    *(i64*)values = 4096;
  } else {
    return refuse("an attribute that the stand-in does not know");
  }
  return 0;
}
int cudnnBackendExecute(void** handle, Descriptor* plan, Descriptor* pack) {
  const Descriptor* configuration = plan->child(401);
  if (configuration->engine == 0) return refuse("the engine that is not deterministic was chosen");
  const Descriptor* op = configuration->child(201)->child(801);
  const i64* ids = pack->get<i64>(1000);
  void* const* places = pack->get<void*>(1001);
  void* of[4] = {};
  for (int i = 0; i < 3; i++) of[ids[i]] = places[i];
  const int* a = attributes(op->type);
  auto place = [&](int i) { return of[*op->child(a[i])->get<i64>(906)]; };
  if (*(char* const*)pack->values[1003].data() == nullptr) return refuse("no workspace");
  char* room = *(char* const*)pack->values[1003].data();
  int engine = configuration->engine;
  void *w = place(0), *x = place(1), *y = place(2);
  standInAdd(*handle, [=] {
    memset(room, 0xff, 4096);
    convolve(*op, engine, w, x, y);
  });
  return 0;
}
}

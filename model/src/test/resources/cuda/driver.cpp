// Answers to the names of CUDA's driver that the product calls, on the host: memory is the host's,
// filled with what is not a number. Work waits in its stream until somebody asks whether it is done, so
// that what is read too early, or overwritten too early, shows. What goes wrong on purpose is said by
// standInFault. Who compiles it lists the kernels, as K(name), in KERNELS_OF_SOURCE.
#include "kernels.cu"
#include <deque>
#include <memory>
#include <mutex>
#include <unistd.h>

/** How many GPUs there are, for processes that no test can call: STAND_IN_GPUS, else 1. */
static int given() {
  const char* number = getenv("STAND_IN_GPUS");
  return number ? atoi(number) : 1;
}

/** Whether this process took the file of STAND_IN_LOST: whoever does loses its GPU. */
static bool lost() {
  static const char* file = getenv("STAND_IN_LOST");
  return file && unlink(file) == 0;
}

static std::recursive_mutex one;
typedef std::lock_guard<std::recursive_mutex> Lock;
static std::map<unsigned long long, size_t> allocated;
static size_t used, memory = 8ull << 30;
static std::string fault, faultyKernel;
static int failed;
static bool hangs;
static int major = 8, minor = 0, devices = given(), version = 13000, launches, graphLaunches;

static const Kernel KERNELS[] = {
#define K(name) kernel(#name, name)
    KERNELS_OF_SOURCE};

typedef std::function<void()> Work;

struct Event {
  struct Stream* stream = nullptr;
  long recorded = 0, reached = 0;
};

/** Work in a stream, which may have to wait for what is not this process's. */
struct Step {
  Work work;
  std::function<bool()> ready;
};

struct Stream {
  std::deque<Step> waiting;
  bool capturing = false, broken = false;
  std::vector<Work> captured;
};

static std::vector<Stream*> streams;
static thread_local Stream* captures;

/** Does the first work of a stream, if it is ready. */
static bool advance(Stream* stream) {
  if (stream->waiting.front().ready && !stream->waiting.front().ready()) return false;
  Work work = std::move(stream->waiting.front().work);
  stream->waiting.pop_front();
  work();
  return true;
}

/** Does a stream's work as far as it is ready; whether all of it is done. */
static bool finish(Stream* stream) {
  while (!stream->waiting.empty()) {
    if (!advance(stream)) return false;
  }
  return true;
}

/** Does what an event is behind of; whether it is reached. */
static bool reach(Event* event, long number) {
  while (event->reached < number) {
    if (!advance(event->stream)) return false;
  }
  return true;
}

static void finishAll() {
  for (Stream* stream : streams) finish(stream);
}

/** All but a device's first stream hurry, where that is asked, or else all wait. */
static void add(Stream* stream, Work work) {
  if (stream->capturing) {
    stream->captured.push_back(std::move(work));
    return;
  }
  stream->waiting.push_back({std::move(work), nullptr});
  if (fault == "hurry" && stream != streams.front()) finish(stream);
}

/** What may not be asked while the thread writes a graph, which it breaks. */
static int forbidden() {
  if (!captures) return 0;
  captures->broken = true;
  return 900;
}

/** For cuDNN: puts work on a stream. */
void standInAdd(void* stream, Work work) {
  Lock lock(one);
  add((Stream*)stream, std::move(work));
}

/** For NCCL: puts work on a stream, where it waits until it is ready. */
void standInAddWaiting(void* stream, std::function<bool()> ready, Work work) {
  Lock lock(one);
  ((Stream*)stream)->waiting.push_back({std::move(work), std::move(ready)});
}

/** For cuDNN and NCCL: whether this goes wrong now. */
bool standInFails(const char* what) {
  Lock lock(one);
  return fault == what;
}

extern "C" {

/**
 * What goes wrong from now on: "launch KERNEL" fails, "poison KERNEL" writes what is not a number
 * into its last argument's memory, "hang KERNEL" never ends, "memory BYTES" is all there is,
 * "capability XY" is the GPU's, "devices N" are there, "driver VERSION" is CUDA's, "hurry" is what
 * second streams do, "duplicate" is what NCCL says of GPUs, "" for nothing.
 */
void standInFault(const char* text) {
  Lock lock(one);
  finishAll();
  std::string all = text;
  size_t space = all.find(' ');
  fault = all.substr(0, space);
  faultyKernel = space == std::string::npos ? "" : all.substr(space + 1);
  failed = 0;
  hangs = false;
  memory = fault == "memory" ? std::stoull(faultyKernel) : 8ull << 30;
  major = fault == "capability" ? faultyKernel[0] - '0' : 8;
  minor = fault == "capability" ? faultyKernel[1] - '0' : 0;
  devices = fault == "devices" ? std::stoi(faultyKernel) : given();
  version = fault == "driver" ? std::stoi(faultyKernel) : 13000;
}

/** How many kernels were launched one by one since the last call, and how many graphs. */
int standInLaunches() { int count = launches; launches = 0; return count; }
int standInGraphs() { int count = graphLaunches; graphLaunches = 0; return count; }

int cuInit(unsigned) { return 0; }
int cuDriverGetVersion(int* out) { *out = version; return 0; }
int cuDeviceGetCount(int* count) { *count = devices; return 0; }
int cuDeviceGet(int* device, int ordinal) { *device = ordinal; return ordinal < devices ? 0 : 101; }
int cuDeviceGetName(char* name, int length, int) {
  strncpy(name, "Stand-in of the host", length);
  return 0;
}
int cuDeviceGetAttribute(int* value, int attribute, int) {
  *value = attribute == 75 ? major : attribute == 76 ? minor : 4;
  return 0;
}
int cuDeviceGetUuid_v2(unsigned char* uuid, int device) {
  memset(uuid, 0, 16);
  uuid[15] = (unsigned char)device;
  return 0;
}
int cuDeviceTotalMem_v2(size_t* bytes, int) { *bytes = memory; return 0; }
int cuDevicePrimaryCtxRetain(void** context, int device) { *context = (void*)(device + 1L); return 0; }
int cuDevicePrimaryCtxRelease_v2(int) { return 0; }
int cuCtxSetCurrent(void*) { return failed; }
int cuMemGetInfo_v2(size_t* free, size_t* total) {
  *total = memory;
  *free = memory > used ? memory - used : 0;
  return failed;
}
int cuMemAlloc_v2(unsigned long long* address, size_t bytes) {
  Lock lock(one);
  if (int no = forbidden()) return no;
  if (bytes == 0) return 1; // As the driver does: seen on an H100.
  if (failed) return failed;
  if (used + bytes > memory) return 2;
  size_t room = (bytes + 255) / 256 * 256;
  *address = (unsigned long long)aligned_alloc(256, room);
  memset((void*)*address, 0xff, room);
  allocated[*address] = bytes;
  used += bytes;
  return 0;
}
int cuMemFree_v2(unsigned long long address) {
  Lock lock(one);
  if (int no = forbidden()) return no;
  finishAll();
  auto found = allocated.find(address);
  if (found == allocated.end()) return 1;
  used -= found->second;
  allocated.erase(found);
  free((void*)address);
  return 0;
}
int cuMemHostAlloc(void** place, size_t bytes, unsigned) {
  if (int no = forbidden()) return no;
  if (bytes == 0) return 1;
  *place = aligned_alloc(256, (bytes + 255) / 256 * 256);
  return *place ? 0 : 2;
}
int cuMemFreeHost(void* place) {
  Lock lock(one);
  if (int no = forbidden()) return no;
  finishAll();
  free(place);
  return 0;
}
static int copy(void* to, const void* from, size_t bytes, void* stream) {
  Lock lock(one);
  if (!failed) add((Stream*)stream, [=] { memcpy(to, from, bytes); });
  return failed;
}
int cuMemcpyHtoDAsync_v2(unsigned long long to, const void* from, size_t bytes, void* stream) {
  return copy((void*)to, from, bytes, stream);
}
int cuMemcpyDtoHAsync_v2(void* to, unsigned long long from, size_t bytes, void* stream) {
  return copy(to, (void*)from, bytes, stream);
}
int cuMemcpyDtoDAsync_v2(unsigned long long to, unsigned long long from, size_t bytes, void* stream) {
  return copy((void*)to, (void*)from, bytes, stream);
}
int cuMemsetD32Async(unsigned long long address, unsigned value, size_t count, void* stream) {
  if (count == 0) return 1;
  Lock lock(one);
  if (!failed) add((Stream*)stream, [=] { std::fill_n((unsigned*)address, count, value); });
  return failed;
}
int cuStreamCreate(void** made, unsigned) {
  Lock lock(one);
  if (int no = forbidden()) return no;
  streams.push_back(new Stream());
  *made = streams.back();
  return failed;
}
int cuStreamDestroy_v2(void* stream) {
  Lock lock(one);
  finish((Stream*)stream);
  streams.erase(std::find(streams.begin(), streams.end(), (Stream*)stream));
  delete (Stream*)stream;
  return failed;
}
int cuStreamQuery(void* stream) {
  Lock lock(one);
  if (int no = forbidden()) return no;
  bool done = failed || finish((Stream*)stream);
  return hangs ? 600 : failed ? failed : done ? 0 : 600;
}
int cuEventCreate(void** made, unsigned) { *made = new Event(); return failed; }
int cuEventDestroy_v2(void* event) {
  Lock lock(one);
  finishAll();
  delete (Event*)event;
  return failed;
}
int cuEventRecord(void* what, void* where) {
  Lock lock(one);
  Event* event = (Event*)what;
  event->stream = (Stream*)where;
  long number = ++event->recorded;
  add(event->stream, [=] { event->reached = number; });
  return failed;
}
int cuEventQuery(void* what) {
  Lock lock(one);
  if (int no = forbidden()) return no;
  Event* event = (Event*)what;
  bool done = failed || reach(event, event->recorded);
  return failed ? failed : done ? 0 : 600;
}
int cuStreamWaitEvent(void* where, void* what, unsigned) {
  Lock lock(one);
  Event* event = (Event*)what;
  Stream* stream = (Stream*)where;
  if (stream->capturing) { // It was recorded outside the graph.
    stream->broken = true;
    return 905;
  }
  long number = event->recorded;
  if (number > 0) stream->waiting.push_back({[] {}, [=] { return reach(event, number); }});
  if (fault == "hurry" && stream != streams.front()) finish(stream);
  return failed;
}
int cuStreamBeginCapture_v2(void* what, int) {
  Lock lock(one);
  Stream* stream = (Stream*)what;
  if (stream->capturing) return 901;
  stream->capturing = true;
  stream->broken = false;
  captures = stream;
  return failed;
}
int cuStreamEndCapture(void* what, void** graph) {
  Lock lock(one);
  Stream* stream = (Stream*)what;
  if (!stream->capturing) return 1;
  stream->capturing = false;
  captures = nullptr;
  std::vector<Work> works;
  works.swap(stream->captured);
  *graph = nullptr;
  if (stream->broken) return 901;
  *graph = new std::vector<Work>(std::move(works));
  return failed;
}
int cuGraphInstantiateWithFlags(void** made, void* graph, unsigned long long) {
  *made = new std::vector<Work>(*(std::vector<Work>*)graph);
  return failed;
}
int cuGraphLaunch(void* graph, void* stream) {
  Lock lock(one);
  if (lost()) failed = 719;
  graphLaunches++;
  for (const Work& work : *(std::vector<Work>*)graph) add((Stream*)stream, work);
  return failed;
}
int cuGraphExecDestroy(void* graph) {
  Lock lock(one);
  finishAll();
  delete (std::vector<Work>*)graph;
  return failed;
}
int cuGraphDestroy(void* graph) { delete (std::vector<Work>*)graph; return failed; }
int cuModuleLoadData(void** module, const void* image) {
  *module = (void*)1;
  return strstr((const char*)image, ".target sm_75") ? 0 : 218;
}
int cuModuleUnload(void*) { return failed; }
int cuModuleGetFunction(void** function, void*, const char* name) {
  for (const Kernel& one : KERNELS) {
    if (one.name == name) {
      *function = (void*)&one;
      return 0;
    }
  }
  return 500;
}
int cuLaunchKernel(void* function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned, void* stream, void** arguments, void**) {
  Lock lock(one);
  const Kernel& k = *(const Kernel*)function;
  if (lost()) failed = 719;
  if (failed) return failed;
  if (gx == 0 || gy == 0 || gy > 65535 || bx * by * bz > 1024) return 1;
  bool faulty = k.name == faultyKernel;
  if (fault == "launch" && faulty && !captures) return failed = 719;
  launches += !captures;
  Work work = k.call({gx, gy, gz}, {bx, by, bz}, arguments);
  void* last = *(void**)arguments[k.arguments - 1];
  add((Stream*)stream, [=, &k] {
    bool faultyNow = k.name == faultyKernel;
    if (fault == "launch" && faultyNow) failed = 719;
    if (fault == "hang" && faultyNow) hangs = true;
    if (failed) return;
    work();
    if (fault == "poison" && faultyNow) memset(last, 0xff, 4);
  });
  return 0;
}
int cuGetErrorName(int error, const char** name) {
  *name = error == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : error == 719 ? "CUDA_ERROR_LAUNCH_FAILED"
      : error == 900 ? "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED" : error == 901 ? "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED"
      : "CUDA_ERROR";
  return 0;
}
int cuGetErrorString(int error, const char** text) {
  *text = error == 2 ? "out of memory" : error == 719 ? "unspecified launch failure"
      : error == 900 ? "operation not permitted when stream is capturing" : "an error";
  return 0;
}
}

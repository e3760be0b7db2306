// Answers to the names of CUDA's driver that the product calls, on the host: memory is the host's,
// filled with what is not a number, and a launch runs the kernel before it returns. What goes wrong
// on purpose is said by standInFault. Who compiles it lists the kernels, as K(name), in KERNELS_OF_SOURCE.
#include "kernels.cu"
#include <mutex>

static std::mutex one;
static std::map<unsigned long long, size_t> allocated;
static size_t used, memory = 8ull << 30;
static std::string fault, faultyKernel;
static int failed;
static bool hangs;
static int major = 8, minor = 0, devices = 1;

static const Kernel KERNELS[] = {
#define K(name) kernel(#name, name)
    KERNELS_OF_SOURCE};

extern "C" {

/**
 * What goes wrong from now on: "launch KERNEL" fails, "poison KERNEL" writes what is not a number
 * into its last argument's memory, "hang KERNEL" never ends, "memory BYTES" is all there is,
 * "capability XY" is the GPU's, "devices N" are there, "" for nothing.
 */
void standInFault(const char* text) {
  std::lock_guard<std::mutex> lock(one);
  std::string all = text;
  size_t space = all.find(' ');
  fault = all.substr(0, space);
  faultyKernel = space == std::string::npos ? "" : all.substr(space + 1);
  failed = 0;
  hangs = false;
  memory = fault == "memory" ? std::stoull(faultyKernel) : 8ull << 30;
  major = fault == "capability" ? faultyKernel[0] - '0' : 8;
  minor = fault == "capability" ? faultyKernel[1] - '0' : 0;
  devices = fault == "devices" ? std::stoi(faultyKernel) : 1;
}

int cuInit(unsigned) { return 0; }
int cuDriverGetVersion(int* version) { *version = 13000; return 0; }
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
  std::lock_guard<std::mutex> lock(one);
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
  std::lock_guard<std::mutex> lock(one);
  auto found = allocated.find(address);
  if (found == allocated.end()) return 1;
  used -= found->second;
  allocated.erase(found);
  free((void*)address);
  return 0;
}
int cuMemHostAlloc(void** place, size_t bytes, unsigned) {
  *place = aligned_alloc(256, (bytes + 255) / 256 * 256);
  return *place ? 0 : 2;
}
int cuMemFreeHost(void* place) { free(place); return 0; }
int cuMemcpyHtoDAsync_v2(unsigned long long to, const void* from, size_t bytes, void*) {
  if (!failed) memcpy((void*)to, from, bytes);
  return failed;
}
int cuMemcpyDtoHAsync_v2(void* to, unsigned long long from, size_t bytes, void*) {
  if (!failed) memcpy(to, (void*)from, bytes);
  return failed;
}
int cuMemsetD32Async(unsigned long long address, unsigned value, size_t count, void*) {
  if (!failed) std::fill_n((unsigned*)address, count, value);
  return failed;
}
int cuStreamCreate(void** stream, unsigned) { *stream = (void*)1; return 0; }
int cuStreamDestroy_v2(void*) { return failed; }
int cuStreamQuery(void*) { return hangs ? 600 : failed; }
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
int cuLaunchKernel(void* function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned, void*, void** arguments, void**) {
  std::lock_guard<std::mutex> lock(one);
  const Kernel& k = *(const Kernel*)function;
  if (failed) return failed;
  if (gx == 0 || gy == 0 || gy > 65535 || bx * by * bz > 1024) return 1;
  bool faulty = k.name == faultyKernel;
  if (fault == "launch" && faulty) return failed = 719;
  if (fault == "hang" && faulty) hangs = true;
  k.call({gx, gy, gz}, {bx, by, bz}, arguments);
  if (fault == "poison" && faulty) memset(*(void**)arguments[k.arguments - 1], 0xff, 4);
  return 0;
}
int cuGetErrorName(int error, const char** name) {
  *name = error == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : error == 719 ? "CUDA_ERROR_LAUNCH_FAILED" : "CUDA_ERROR";
  return 0;
}
int cuGetErrorString(int error, const char** text) {
  *text = error == 2 ? "out of memory" : error == 719 ? "unspecified launch failure" : "an error";
  return 0;
}
}

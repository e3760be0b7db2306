// Answers to the names of NCCL that the product calls, for ranks in threads and processes of one host. What
// is sent lies in a file of the group's folder until it is received. As NCCL does it, for communicators
// that do not block: a call only begins, and whoever does not ask whether it is done sends nothing;
// transfers are work of a stream; and a rank that waits for one that never comes waits for ever.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

/** Of driver.cpp: puts work on a stream, where it waits until it is ready. */
void standInAddWaiting(void* stream, std::function<bool()> ready, std::function<void()> work);
/** Of driver.cpp: whether this goes wrong now. */
bool standInFails(const char* what);

enum { SUCCESS, SYSTEM_ERROR = 2, INTERNAL_ERROR = 3, INVALID_ARGUMENT = 4, INVALID_USAGE = 5, IN_PROGRESS = 7 };

struct Id {
  char folder[128];
};

struct Config {
  size_t size;
  unsigned magic, version;
  int blocking;
};

struct Transfer {
  bool sends;
  char* place;
  size_t bytes;
  int peer;
  void* stream;
};

struct Comm {
  std::string folder;
  int rank, size, state = IN_PROGRESS;
  bool joined = false;
  std::shared_ptr<bool> ended = std::make_shared<bool>(false);
  std::map<int, long> sent, received;
  std::vector<Transfer> begun;
};

static thread_local std::string problem;
static thread_local int depth;
static thread_local Comm* grouped;

static int refuse(int result, const std::string& why) {
  problem = why;
  return result;
}

static bool exists(const std::string& file) { return access(file.c_str(), F_OK) == 0; }

static std::string member(const std::string& folder, int rank) { return folder + "/rank-" + std::to_string(rank); }

/** A file appears whole. */
static bool write(const std::string& file, const char* bytes, size_t count) {
  std::string part = file + ".part";
  FILE* out = fopen(part.c_str(), "wb");
  if (!out) return false;
  bool whole = fwrite(bytes, 1, count, out) == count;
  return !fclose(out) && whole && !rename(part.c_str(), file.c_str());
}

static std::string message(const Comm* comm, int from, int to, long number) {
  return comm->folder + "/" + std::to_string(from) + "-" + std::to_string(to) + "-" + std::to_string(number);
}

/** Puts a transfer on its stream. */
static void launch(Comm* comm, const Transfer& one) {
  std::shared_ptr<bool> ended = comm->ended;
  if (one.sends) {
    std::string file = message(comm, comm->rank, one.peer, comm->sent[one.peer]++);
    standInAddWaiting(one.stream, nullptr, [=] { if (!*ended) write(file, one.place, one.bytes); });
  } else {
    std::string file = message(comm, one.peer, comm->rank, comm->received[one.peer]++);
    standInAddWaiting(one.stream, [=] { return *ended || exists(file); }, [=] {
      if (*ended) return;
      FILE* in = fopen(file.c_str(), "rb");
      size_t count = fread(one.place, 1, one.bytes, in);
      bool more = fgetc(in) != EOF;
      fclose(in);
      unlink(file.c_str());
      if (count != one.bytes || more) comm->state = INTERNAL_ERROR;
    });
  }
}

/** The last to leave takes the folder away; so does who gives up, for others may have died in it. */
static void leave(Comm* comm, bool givesUp) {
  *comm->ended = true;
  unlink(member(comm->folder, comm->rank).c_str());
  for (int i = 0; i < comm->size && !givesUp; i++) {
    if (exists(member(comm->folder, i))) return;
  }
  if (DIR* folder = opendir(comm->folder.c_str())) {
    while (dirent* entry = readdir(folder)) unlink((comm->folder + "/" + entry->d_name).c_str());
    closedir(folder);
    rmdir(comm->folder.c_str());
  }
}

extern "C" {

int ncclGetVersion(int* version) { *version = 22907; return SUCCESS; }

int ncclGetUniqueId(Id* id) {
  memset(id, 0, sizeof *id);
  strcpy(id->folder, P_tmpdir "/stand-in-nccl-XXXXXX");
  return mkdtemp(id->folder) ? SUCCESS : refuse(SYSTEM_ERROR, "no folder to meet in");
}

int ncclCommInitRankConfig(Comm** made, int size, Id id, int rank, Config* config) {
  *made = nullptr;
  if (config->size != sizeof(Config) || config->magic != 0xcafebeef || config->version < 21400 || config->blocking != 0) {
    return refuse(INVALID_ARGUMENT, "a configuration as it should not be");
  }
  if (rank < 0 || rank >= size) return refuse(INVALID_ARGUMENT, "no such rank");
  if (!write(member(id.folder, rank), "", 0)) return refuse(SYSTEM_ERROR, "no folder of this id");
  *made = new Comm{id.folder, rank, size};
  return IN_PROGRESS;
}

int ncclCommGetAsyncError(Comm* comm, int* state) {
  if (!comm->joined) {
    bool all = true;
    for (int i = 0; i < comm->size; i++) all = all && exists(member(comm->folder, i));
    std::string refused = comm->folder + "/refused";
    if (exists(refused) || (all && comm->size > 1 && standInFails("duplicate"))) {
      write(refused, "", 0);
      comm->state = refuse(INVALID_USAGE, "Duplicate GPU detected : rank 0 and rank 1 both on CUDA device 1000");
    } else if (all) {
      comm->joined = true;
      comm->state = SUCCESS;
    }
  }
  for (bool sends : {true, false}) {
    for (const Transfer& one : comm->begun) {
      if (one.sends == sends) launch(comm, one);
    }
  }
  if (!comm->begun.empty()) {
    comm->begun.clear();
    comm->state = SUCCESS;
  }
  *state = comm->state;
  return SUCCESS;
}

int ncclGroupStart() { depth++; return SUCCESS; }

int ncclGroupEnd() {
  Comm* comm = grouped;
  depth--;
  grouped = nullptr;
  if (comm) comm->state = IN_PROGRESS;
  return comm ? IN_PROGRESS : SUCCESS;
}

static int begin(bool sends, void* place, size_t count, int type, int peer, Comm* comm, void* stream) {
  if (depth == 0) return refuse(INVALID_USAGE, "ranks that send to each other one after the other wait for ever");
  if (type != 7 || peer < 0 || peer >= comm->size) return refuse(INVALID_ARGUMENT, "no such type or rank");
  comm->begun.push_back({sends, (char*)place, count * sizeof(float), peer, stream});
  grouped = comm;
  return SUCCESS;
}

int ncclSend(void* from, size_t count, int type, int to, Comm* comm, void* stream) {
  return begin(true, from, count, type, to, comm, stream);
}

int ncclRecv(void* to, size_t count, int type, int from, Comm* comm, void* stream) {
  return begin(false, to, count, type, from, comm, stream);
}

int ncclCommFinalize(Comm* comm) { comm->state = SUCCESS; return IN_PROGRESS; }

int ncclCommDestroy(Comm* comm) { leave(comm, false); return SUCCESS; }

int ncclCommAbort(Comm* comm) { leave(comm, comm->joined); return SUCCESS; }

const char* ncclGetErrorString(int result) {
  return result == INVALID_USAGE ? "invalid usage" : result == INVALID_ARGUMENT ? "invalid argument"
      : result == SYSTEM_ERROR ? "unhandled system error" : "internal error";
}

const char* ncclGetLastError(Comm*) { return problem.c_str(); }
}

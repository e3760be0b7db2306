"""PyTorch on the CPU: a step and a prediction of mid fission, three tasks, 320x240.

Each argument is BATCH,LAYOUT,BFLOAT16,COMPILED, e.g. 4,cl,1,0: batch 4, channels last, bfloat16
autocast, eager. Prints medians in milliseconds, by the clock and (cpu) of a processor, the optimizer
(opt) by itself too; OMP_NUM_THREADS is the number of threads, REPS how many rounds count;
ONLY=forward leaves training out, which a compiled network takes minutes for.
"""
import json
import os
import statistics
import sys
import time

import torch

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import adapnet as A


def run(batch, fmt, bf16, compile_):
    threads, reps = (int(os.environ.get(k, d)) for k, d in (('OMP_NUM_THREADS', '2'), ('REPS', '5')))
    torch.set_num_threads(threads); torch.manual_seed(0)
    m = A.AdapNet('shared', [('labels', 14), ('normals', 3), ('depth', 1)])
    if fmt == 'cl': m = m.to(memory_format=torch.channels_last)
    x, t = A.make_batch(batch, 240, 320, 14, fmt)
    f = torch.compile(m) if compile_ else m
    opt = torch.optim.Adam(m.parameters(), lr=1e-3, weight_decay=5e-4, foreach=True)
    ac = torch.autocast('cpu', torch.bfloat16, enabled=bf16)
    def step():
        opt.zero_grad(set_to_none=True)
        with ac: o = f(x)
        o = {k: tuple(q.float() for q in v) for k, v in o.items()}
        A.total_loss(o, t).backward()
    r = {'batch': batch, 'layout': fmt, 'bf16': bf16, 'compiled': compile_, 'threads': threads}
    if os.environ.get('ONLY') != 'forward':
        m.train()
        r['gradient_ms'], r['gradient_cpu_ms'] = measure(reps, step)
        r['opt_ms'], r['opt_cpu_ms'] = measure(reps, opt.step)
    m.eval()
    with torch.no_grad(), ac: r['forward_ms'], r['forward_cpu_ms'] = measure(reps, lambda: f(x))
    print(json.dumps(r), flush=True)


def measure(reps, work):
    """Medians in milliseconds by the clock and of a processor, after two rounds that do not count."""
    times = []
    for i in range(reps + 2):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
    return [round(statistics.median(t) * 1e3, 1) for t in zip(*times[2:])]


for a in sys.argv[1:]:
    b, fmt, bf, c = a.split(','); run(int(b), fmt, bf == '1', c == '1')

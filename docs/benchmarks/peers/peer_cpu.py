"""PyTorch on the CPU: a step and a prediction of mid fission, three tasks, 320x240.

Each argument is BATCH,LAYOUT,BFLOAT16,COMPILED, e.g. 4,cl,1,0: batch 4, channels last, bfloat16
autocast, eager. Prints medians in milliseconds; OMP_NUM_THREADS is the number of threads.
"""
import json
import os
import statistics
import sys
import time

import torch

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import adapnet as A


def run(batch, fmt, bf16, compile_, threads=int(os.environ.get('OMP_NUM_THREADS', '2')), reps=5):
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
        A.total_loss(o, t).backward(); opt.step()
    m.train()
    ts = []
    for i in range(reps + 3):
        s = time.perf_counter(); step(); ts.append(time.perf_counter() - s)
    r = {'batch': batch, 'fmt': fmt, 'bf16': bf16, 'compile': compile_, 'step_ms': round(statistics.median(ts[3:]) * 1e3), 'min': round(min(ts) * 1e3)}
    m.eval()
    with torch.no_grad(), ac:
        ts = []
        for i in range(reps + 3):
            s = time.perf_counter(); f(x); ts.append(time.perf_counter() - s)
    r['fwd_ms'] = round(statistics.median(ts[3:]) * 1e3); print(json.dumps(r), flush=True)


for a in sys.argv[1:]:
    b, fmt, bf, c = a.split(','); run(int(b), fmt, bf == '1', c == '1')

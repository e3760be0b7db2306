#!/usr/bin/env python3
"""This product's network (mid fission and the other schemes) in PyTorch, to compare speeds with.

Padding, dilation, auxiliary heads and losses are those of docs/network.md; kernels are random, so
that only times compare. peer_cpu.py runs it.
"""
import math
import torch
import torch.nn as nn
import torch.nn.functional as F

EPS, MOM = 1e-5, 0.01  # decay .99
DEV = 'cpu'


def trunc_he(w, fan_in):
    nn.init.trunc_normal_(w, 0.0, 1.0, -2.0, 2.0)
    with torch.no_grad():
        w.mul_(math.sqrt(2.0 / fan_in))


def same_pad(size, k, s, d=1):
    size = int(size)
    k = (k - 1) * d + 1
    p = max((math.ceil(size / s) - 1) * s + k - size, 0)
    return p // 2, p - p // 2


class Conv(nn.Module):
    """TF SAME conv without bias."""
    def __init__(self, cin, cout, k, s=1, d=1):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(cout, cin, k, k))
        trunc_he(self.weight, k * k * cin)
        self.k, self.s, self.d = k, s, d

    def forward(self, x):
        return conv_same(x, self.weight, self.s, self.d)


def conv_same(x, w, s, d):
    k = int(w.shape[-1])
    if s == 1:
        return F.conv2d(x, w, None, 1, d * (k // 2), d)
    if k == 1:
        return F.conv2d(x, w, None, s, 0, 1)
    t, b = same_pad(x.shape[2], k, s, d)
    l, r = same_pad(x.shape[3], k, s, d)
    if t == b and l == r:
        return F.conv2d(x, w, None, s, (t, l), d)
    return F.conv2d(F.pad(x, (l, r, t, b)), w, None, s, 0, d)


class BN(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(c))
        self.bias = nn.Parameter(torch.zeros(c))
        self.register_buffer('mean', torch.zeros(c))
        self.register_buffer('var', torch.ones(c))

    def forward(self, x):
        if self.training and int(x.shape[0]) * int(x.shape[2]) * int(x.shape[3]) == 1:  # tf.nn.moments: var 0 -> beta
            with torch.no_grad():
                self.mean.mul_(1 - MOM).add_(x.flatten(), alpha=MOM)
                self.var.mul_(1 - MOM)
            return (x - x.detach()) * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)
        return F.batch_norm(x, self.mean, self.var, self.weight, self.bias, self.training, MOM, EPS)


class CBR(nn.Module):
    def __init__(self, cin, cout, k, s=1, d=1, relu=True):
        super().__init__()
        self.conv, self.bn, self.relu = Conv(cin, cout, k, s, d), BN(cout), relu

    def forward(self, x):
        x = self.bn(self.conv(x))
        return F.relu_(x) if self.relu else x


class TConv(nn.Module):
    """tconv2d + BN: k=2s, output = s*input (TF SAME)."""
    def __init__(self, cin, cout, k, s):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(cin, cout, k, k))
        trunc_he(self.weight, k * k * cin)
        self.s, self.p, self.bn = s, (k - s) // 2, BN(cout)

    def forward(self, x):
        return self.bn(F.conv_transpose2d(x, self.weight, None, self.s, self.p))


class Unit0(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        m = cout // 4
        self.c1, self.c2 = CBR(cin, m, 1), CBR(m, m, 3)
        self.c3, self.sc = Conv(m, cout, 1), Conv(m, cout, 1)

    def forward(self, x):
        a = self.c1(x)
        return self.c3(self.c2(a)) + self.sc(a)


class Unit1(nn.Module):
    def __init__(self, cin, cout, s, shortcut=False):
        super().__init__()
        m = cout // 4
        self.pre = None if shortcut else BN(cin)
        self.c1, self.c2, self.c3 = CBR(cin, m, 1), CBR(m, m, 3, s), Conv(m, cout, 1)
        self.sc = Conv(cin, cout, 1, s) if shortcut else None

    def forward(self, x):
        xb = x if self.pre is None else F.relu_(self.pre(x))
        y = self.c3(self.c2(self.c1(xb)))
        return y + (self.sc(xb) if self.sc is not None else x)


class UnitMS(nn.Module):
    """unit_3 (rates 1,2) and unit_4 (rates 2,2)."""
    def __init__(self, cin, cout, rates, shortcut=False, dropout=False):
        super().__init__()
        m = cout // 4
        self.pre, self.c1 = BN(cin), CBR(cin, m, 1)
        w = torch.empty(m, m, 3, 3)
        trunc_he(w, 9 * m)
        self.wa, self.wb = nn.Parameter(w[:m // 2].clone()), nn.Parameter(w[m // 2:].clone())
        self.rates, self.bn, self.c3 = rates, BN(m), Conv(m, cout, 1)
        self.sc = Conv(cin, cout, 1) if shortcut else None
        self.dropout = dropout

    def forward(self, x):
        xb = F.relu_(self.pre(x))
        a = self.c1(xb)
        y = torch.cat((conv_same(a, self.wa, 1, self.rates[0]), conv_same(a, self.wb, 1, self.rates[1])), 1)
        y = self.c3(F.relu_(self.bn(y)))
        if self.dropout and self.training:
            y = F.dropout(y, 0.5, True)
        return y + (self.sc(xb) if self.sc is not None else x)


class PreBN(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.bn = BN(c)

    def forward(self, x):
        return F.relu_(self.bn(x))


class Encoder(nn.Module):
    def __init__(self, in_ch=3):
        super().__init__()
        f = [256, 512, 1024, 2048]
        self.bn0, self.conv1 = BN(in_ch), CBR(in_ch, 64, 7, 2)
        self.b1 = nn.Sequential(Unit0(64, f[0]), Unit1(f[0], f[0], 1), Unit1(f[0], f[0], 1), PreBN(f[0]))
        self.b2 = nn.Sequential(Unit1(f[0], f[1], 2, True), Unit1(f[1], f[1], 1), Unit1(f[1], f[1], 1),
                                UnitMS(f[1], f[1], (1, 2)), PreBN(f[1]))
        self.b3 = nn.Sequential(Unit1(f[1], f[2], 2, True), Unit1(f[2], f[2], 1),
                                *[UnitMS(f[2], f[2], (1, 2)) for _ in range(4)])
        self.b4 = nn.Sequential(UnitMS(f[2], f[3], (2, 2), shortcut=True), UnitMS(f[3], f[3], (2, 2)),
                                UnitMS(f[3], f[3], (2, 2), dropout=True), PreBN(f[3]))
        self.skip1, self.skip2 = CBR(f[0], 24, 1, relu=False), CBR(f[1], 24, 1, relu=False)
        self.ia = CBR(f[3], 256, 1)
        self.br = nn.ModuleList(nn.Sequential(CBR(f[3], 64, 1), CBR(64, 64, 3, 1, r), CBR(64, 64, 3, 1, r),
                                              CBR(64, 256, 1)) for r in (3, 6, 12))
        self.ie = CBR(f[3], 256, 1)
        self.out = CBR(1280, 256, 1, relu=False)

    def forward(self, x):
        x = self.conv1(self.bn0(x))
        t, b = same_pad(x.shape[2], 3, 2)
        l, r = same_pad(x.shape[3], 3, 2)
        x = F.max_pool2d(F.pad(x, (l, r, t, b)), 3, 2)   # after ReLU: zero padding = -inf padding
        b1 = self.b1(x)
        b2 = self.b2(b1)
        b4 = self.b4(self.b3(b2))
        ie = self.ie(b4.mean((2, 3), keepdim=True)).expand(-1, -1, b4.shape[2], b4.shape[3])
        e = self.out(torch.cat([self.ia(b4)] + [m(b4) for m in self.br] + [ie], 1))
        return e, self.skip1(b1), self.skip2(b2)


class Stage(nn.Module):
    def __init__(self):
        super().__init__()
        self.up, self.c1, self.c2 = TConv(256, 256, 4, 2), CBR(280, 256, 3), CBR(256, 256, 3)

    def forward(self, x, skip):
        d = self.up(x)
        return d, self.c2(self.c1(torch.cat((d, skip), 1)))


class Head(nn.Module):
    def __init__(self, cin, n):
        super().__init__()
        self.c78, self.up3 = CBR(cin, n, 1), TConv(n, n, 8, 4)

    def forward(self, up2):
        y = self.c78(up2)
        return self.up3(y), y


class Aux(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.a1, self.a2 = CBR(256, n, 1, relu=False), CBR(256, n, 1, relu=False)

    def forward(self, d2, d1, size):
        return tuple(F.interpolate(c(d), size, mode='bilinear', align_corners=False)
                     for c, d in ((self.a1, d2), (self.a2, d1)))


class AdapNet(nn.Module):
    """forward -> {task: (out, aux1, aux2)} in training mode, {task: out} in eval mode."""
    def __init__(self, variant, tasks, aux=True, chain_heads=False, in_ch=3):
        super().__init__()
        assert variant in ('pp', 'join', 'earlymid', 'shared', 'fused')
        assert variant != 'pp' or len(tasks) == 1
        self.variant, self.tasks, self.aux, self.chain = variant, list(tasks), aux, chain_heads
        self.enc = Encoder(in_ch)
        names, ns = [t for t, _ in tasks], [n for _, n in tasks]
        self.names, self.ns = names, ns
        nd1 = names if variant == 'join' else ['x']
        nd2 = names if variant in ('join', 'earlymid') else ['x']
        self.s1 = nn.ModuleDict({n: Stage() for n in nd1})
        self.s2 = nn.ModuleDict({n: Stage() for n in nd2})
        if variant == 'fused':
            self.heads = nn.ModuleDict({'x': Head(256, sum(ns))})
            self.auxs = nn.ModuleDict({'x': Aux(sum(ns))} if aux else {})
        else:
            cins = [256] + ns[:-1] if (variant == 'shared' and chain_heads) else [256] * len(ns)
            self.heads = nn.ModuleDict({n: Head(c, k) for (n, k), c in zip(tasks, cins)})
            self.auxs = nn.ModuleDict({n: Aux(k) for n, k in tasks} if aux else {})

    def forward(self, x):
        size = [int(v) for v in x.shape[2:]]
        e, sk1, sk2 = self.enc(x)
        one = {k: m(e, sk2) for k, m in self.s1.items()}
        two = {k: m(one[k if k in one else 'x'][1], sk1) for k, m in self.s2.items()}
        want_aux = self.aux and self.training
        out = {}
        if self.variant == 'fused':
            y, _ = self.heads['x'](two['x'][1])
            ys = [y.split(self.ns, 1)]
            if want_aux:
                ys += [a.split(self.ns, 1) for a in self.auxs['x'](two['x'][0], one['x'][0], size)]
            for i, n in enumerate(self.names):
                out[n] = tuple(s[i] for s in ys)
        else:
            carry = None
            for n in self.names:
                d1 = one[n if n in one else 'x'][0]
                d2, up2 = two[n if n in two else 'x']
                y, c = self.heads[n](carry if (carry is not None and self.chain and self.variant == 'shared') else up2)
                carry = c
                out[n] = (y,) + (self.auxs[n](d2, d1, size) if want_aux else ())
        return out if self.training else {n: o[0] for n, o in out.items()}


# ---------------------------------------------------------------- losses
def ce_ignore0(logits, label):
    """mean over all pixels of -log(softmax+1e-10)[label], weight 0 for class 0 (reference's mean counts ignored pixels)."""
    p = F.softmax(logits, 1)
    lp = torch.log(p + 1e-10)
    return -(lp.gather(1, label.unsqueeze(1)).squeeze(1) * (label != 0)).mean()


def cosine(pred, normal, w):
    p = F.normalize(pred, dim=1, eps=1e-6).clamp(-1, 1)
    n = F.normalize(normal, dim=1, eps=1e-6).clamp(-1, 1)
    l = (1 - (p * n).sum(1, keepdim=True)) * w
    return l.sum() / (w != 0).sum().clamp(min=1)


def depth_l1(pred, depth_mm, w):
    return ((depth_mm / 1000.0 - pred).abs() * w).sum() / (w != 0).sum().clamp(min=1)


def total_loss(out, tgt, weights=None):
    loss = 0.0
    for t, o in out.items():
        f = {'labels': lambda p: ce_ignore0(p, tgt['labels']),
             'normals': lambda p: cosine(p, tgt['normals'], tgt['valid']),
             'depth': lambda p: depth_l1(p, tgt['depth'], tgt['valid'])}[t]
        l = f(o[0])
        if len(o) == 3:
            l = l + 0.6 * f(o[1]) + 0.5 * f(o[2])
        loss = loss + (weights or {}).get(t, 1.0) * l
    return loss


def make_batch(n, h, w, classes, fmt, dev='cpu'):
    g = torch.Generator().manual_seed(7)
    x = torch.rand(n, 3, h, w, generator=g) * 255
    if fmt == 'cl':
        x = x.contiguous(memory_format=torch.channels_last)
    d = (torch.rand(n, 1, h, w, generator=g) * 8000).round()
    d = d * (torch.rand(n, 1, h, w, generator=g) > .1)
    t = {'labels': torch.randint(0, classes, (n, h, w), generator=g), 'depth': d, 'valid': (d != 0).float(),
         'normals': torch.randn(n, 3, h, w, generator=g)}
    return x.to(dev), {k: v.to(dev) for k, v in t.items()}

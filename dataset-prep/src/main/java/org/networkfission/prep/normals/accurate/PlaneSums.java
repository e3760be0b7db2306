package org.networkfission.prep.normals.accurate;

/** Sums for the least-squares plane of inverse depth over column and row; mutable. */
final class PlaneSums {
  double n;
  double u;
  double v;
  double w;
  double uu;
  double uv;
  double vv;
  double uw;
  double vw;
  double ww;

  /** The plane w = a u + b v + c of the last {@link #solve}. */
  double a;

  double b;
  double c;

  /** Sum of the squared residuals of that plane. */
  double residual;

  void clear() {
    n = 0;
    u = 0;
    v = 0;
    w = 0;
    uu = 0;
    uv = 0;
    vv = 0;
    uw = 0;
    vw = 0;
    ww = 0;
  }

  /** Adds the sums of samples in one row. */
  void addRow(double v0, double n0, double u0, double uu0, double w0, double uw0, double ww0) {
    n += n0;
    u += u0;
    v += v0 * n0;
    w += w0;
    uu += uu0;
    uv += v0 * u0;
    vv += v0 * v0 * n0;
    uw += uw0;
    vw += v0 * w0;
    ww += ww0;
  }

  /** Adds sums that are relative to the point (du, dv, dw) of this one's frame. */
  void add(PlaneSums o, double du, double dv, double dw) {
    uu += o.uu + 2 * du * o.u + du * du * o.n;
    uv += o.uv + du * o.v + dv * o.u + du * dv * o.n;
    vv += o.vv + 2 * dv * o.v + dv * dv * o.n;
    uw += o.uw + du * o.w + dw * o.u + du * dw * o.n;
    vw += o.vw + dv * o.w + dw * o.v + dv * dw * o.n;
    ww += o.ww + 2 * dw * o.w + dw * dw * o.n;
    u += o.u + du * o.n;
    v += o.v + dv * o.n;
    w += o.w + dw * o.n;
    n += o.n;
  }

  /**
   * Fits the plane.
   *
   * @return whether the samples define one
   */
  boolean solve() {
    double mu = u / n;
    double mv = v / n;
    double mw = w / n;
    double cuu = uu / n - mu * mu;
    double cuv = uv / n - mu * mv;
    double cvv = vv / n - mv * mv;
    double cuw = uw / n - mu * mw;
    double cvw = vw / n - mv * mw;
    double cww = ww / n - mw * mw;
    double det = cuu * cvv - cuv * cuv;
    if (!(det > 0.02 * (cuu + cvv))) {
      return false;
    }
    a = (cuw * cvv - cvw * cuv) / det;
    b = (cvw * cuu - cuw * cuv) / det;
    c = mw - a * mu - b * mv;
    residual = Math.max(0, n * (cww - a * cuw - b * cvw));
    return true;
  }

  /** Sum of the squared residuals of the plane w = a u + b v + c. */
  double residual(double pa, double pb, double pc) {
    return ww
        - 2 * (pa * uw + pb * vw + pc * w)
        + pa * (pa * uu + 2 * pb * uv + 2 * pc * u)
        + pb * (pb * vv + 2 * pc * v)
        + pc * pc * n;
  }
}

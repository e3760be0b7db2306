package org.networkfission.jobs.study;

import java.io.PrintWriter;
import java.io.Writer;

/** Passes lines on with the row's name before them, each whole: rows may run side by side. */
final class RowConsole extends Writer {
  private final String name;
  private final PrintWriter out;
  private final StringBuilder line = new StringBuilder();

  private RowConsole(String name, PrintWriter out) {
    this.name = name;
    this.out = out;
  }

  static PrintWriter of(String name, PrintWriter out) {
    return new PrintWriter(new RowConsole(name, out), true);
  }

  @Override
  public void write(char[] text, int offset, int length) {
    synchronized (line) {
      for (int i = offset; i < offset + length; i++) {
        if (text[i] == '\n') {
          out.println("[%s] %s".formatted(name, line.toString().stripTrailing()));
          line.setLength(0);
        } else {
          line.append(text[i]);
        }
      }
    }
  }

  @Override
  public void flush() {
    out.flush();
  }

  @Override
  public void close() {
    flush();
  }
}

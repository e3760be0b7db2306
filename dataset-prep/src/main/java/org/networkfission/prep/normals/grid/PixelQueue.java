package org.networkfission.prep.normals.grid;

import java.util.Arrays;

/**
 * Pixels or cells by a number, the smallest first, those of one number in the order of insertion: a
 * binary heap that keeps its buffers.
 */
public final class PixelQueue {
  private float[] keys = new float[1024];
  private int[] orders = new int[1024];
  private int[] pixels = new int[1024];
  private int size;
  private int inserted;

  public void clear() {
    size = 0;
    inserted = 0;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public void push(float key, int pixel) {
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, 2 * size);
      orders = Arrays.copyOf(orders, 2 * size);
      pixels = Arrays.copyOf(pixels, 2 * size);
    }
    int order = inserted++;
    int at = size++;
    while (at > 0) {
      int parent = (at - 1) / 2;
      if (before(keys[parent], orders[parent], key, order)) {
        break;
      }
      move(parent, at);
      at = parent;
    }
    set(at, key, order, pixel);
  }

  public int pop() {
    int first = pixels[0];
    size--;
    float key = keys[size];
    int order = orders[size];
    int pixel = pixels[size];
    int at = 0;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size
          && before(keys[child + 1], orders[child + 1], keys[child], orders[child])) {
        child++;
      }
      if (before(key, order, keys[child], orders[child])) {
        break;
      }
      move(child, at);
      at = child;
    }
    set(at, key, order, pixel);
    return first;
  }

  private static boolean before(float keyA, int orderA, float keyB, int orderB) {
    return keyA < keyB || (keyA == keyB && orderA < orderB);
  }

  private void move(int from, int to) {
    set(to, keys[from], orders[from], pixels[from]);
  }

  private void set(int at, float key, int order, int pixel) {
    keys[at] = key;
    orders[at] = order;
    pixels[at] = pixel;
  }
}

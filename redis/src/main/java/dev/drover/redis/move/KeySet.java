package dev.drover.redis.move;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A set of keys bounded in number and bytes. The keys lie one after the other in chunks, so that a
/// key costs its bytes and about 12 more. Not thread-safe.
final class KeySet {
  private static final int CHUNK_BYTES = 64 * 1024;

  private final int keysMax;
  private final long bytesMax;
  private final List<byte[]> chunks = new ArrayList<>();
  private int chunkEnd;
  private int[] table = new int[256];
  private int[] places = new int[64];
  private int[] chunkOf = new int[64];
  private int size;
  private long bytes;

  KeySet(int keysMax, long bytesMax) {
    this.keysMax = keysMax;
    this.bytesMax = bytesMax;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /// Adds a key unless it is there already.
  ///
  /// @return false if there is no room for it
  boolean add(byte[] key) {
    int slot = slot(key);
    if (table[slot] != 0) {
      return true;
    }
    if (size >= keysMax || bytes + key.length > bytesMax) {
      return false;
    }
    append(key);
    table[slot] = size;
    if (size * 2 > table.length) {
      grow();
    }
    return true;
  }

  boolean contains(byte[] key) {
    return table[slot(key)] != 0;
  }

  byte[] get(int index) {
    byte[] chunk = chunks.get(chunkOf[index]);
    int at = places[index];
    int length = length(chunk, at);
    return Arrays.copyOfRange(chunk, at + 4, at + 4 + length);
  }

  /// Up to `count` keys from `from` on.
  List<byte[]> page(int from, int count) {
    int end = Math.min(size, from + count);
    List<byte[]> page = new ArrayList<>(Math.max(0, end - from));
    for (int i = from; i < end; i++) {
      page.add(get(i));
    }
    return page;
  }

  /// @return false if there was no room for all
  boolean addAll(KeySet that) {
    boolean room = true;
    for (int i = 0; i < that.size; i++) {
      room &= add(that.get(i));
    }
    return room;
  }

  private void append(byte[] key) {
    int need = key.length + 4;
    if (chunks.isEmpty() || chunkEnd + need > chunks.getLast().length) {
      chunks.add(new byte[Math.max(CHUNK_BYTES, need)]);
      chunkEnd = 0;
    }
    byte[] chunk = chunks.getLast();
    chunk[chunkEnd] = (byte) (key.length >>> 24);
    chunk[chunkEnd + 1] = (byte) (key.length >>> 16);
    chunk[chunkEnd + 2] = (byte) (key.length >>> 8);
    chunk[chunkEnd + 3] = (byte) key.length;
    System.arraycopy(key, 0, chunk, chunkEnd + 4, key.length);
    if (size == places.length) {
      places = Arrays.copyOf(places, size * 2);
      chunkOf = Arrays.copyOf(chunkOf, size * 2);
    }
    places[size] = chunkEnd;
    chunkOf[size] = chunks.size() - 1;
    size++;
    chunkEnd += need;
    bytes += key.length;
  }

  private int slot(byte[] key) {
    int mask = table.length - 1;
    int slot = spread(Arrays.hashCode(key)) & mask;
    while (table[slot] != 0 && !same(table[slot] - 1, key)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean same(int index, byte[] key) {
    byte[] chunk = chunks.get(chunkOf[index]);
    int at = places[index];
    return length(chunk, at) == key.length
        && Arrays.equals(chunk, at + 4, at + 4 + key.length, key, 0, key.length);
  }

  private void grow() {
    table = new int[table.length * 2];
    for (int i = 0; i < size; i++) {
      table[slot(get(i))] = i + 1;
    }
  }

  private static int length(byte[] chunk, int at) {
    return (chunk[at] & 0xff) << 24
        | (chunk[at + 1] & 0xff) << 16
        | (chunk[at + 2] & 0xff) << 8
        | (chunk[at + 3] & 0xff);
  }

  private static int spread(int hash) {
    int h = hash * 0x9E3779B9;
    return h ^ (h >>> 15);
  }
}

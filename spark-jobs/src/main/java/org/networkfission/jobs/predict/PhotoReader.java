package org.networkfission.jobs.predict;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.storage.Rethrown;

/** Reads and decodes the photos of a part, one ahead, on a thread of its own. */
final class PhotoReader implements Closeable {
  private final List<Item> items;
  private final String keyColumn;
  private final String imageColumn;
  private final Configuration hadoop;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "fission-photos");
            thread.setDaemon(true);
            return thread;
          });
  private Future<LoadedPhoto> ahead;
  private int item;
  private long row;
  private TableRows table;
  private String tableFile;

  PhotoReader(List<Item> items, String keyColumn, String imageColumn, Configuration hadoop) {
    this.items = items;
    this.keyColumn = keyColumn;
    this.imageColumn = imageColumn;
    this.hadoop = hadoop;
    this.row = items.isEmpty() ? 0 : items.get(0).from();
    this.ahead = thread.submit(this::read);
  }

  /** The next photo; null at the end. */
  LoadedPhoto next() throws IOException {
    LoadedPhoto photo = await(ahead);
    ahead = thread.submit(this::read);
    return photo;
  }

  private static <T> T await(Future<T> result) throws IOException {
    try {
      return result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot read photos: the task was cancelled", e);
    } catch (ExecutionException e) {
      throw Rethrown.of(e.getCause());
    }
  }

  private LoadedPhoto read() throws IOException {
    if (item == items.size()) {
      return null;
    }
    Item now = items.get(item);
    LoadedPhoto photo = now.inTable() ? table(now).photo(now.group(), row) : photo(now);
    row++;
    if (row == now.to()) {
      item++;
      row = item < items.size() ? items.get(item).from() : 0;
    }
    return photo;
  }

  private LoadedPhoto photo(Item photo) {
    try {
      return new LoadedPhoto(
          photo.key(),
          photo.source(),
          photo.name(),
          Photo.read(new Path(photo.source()), hadoop),
          null);
    } catch (FrameException e) {
      return new LoadedPhoto(photo.key(), photo.source(), photo.name(), null, e);
    }
  }

  private TableRows table(Item rows) throws IOException {
    if (!rows.source().equals(tableFile)) {
      closeTable();
      table = new TableRows(new Path(rows.source()), keyColumn, imageColumn, hadoop);
      tableFile = rows.source();
    }
    return table;
  }

  private void closeTable() throws IOException {
    if (table != null) {
      table.close();
    }
  }

  @Override
  public void close() throws IOException {
    Future<Void> closed =
        thread.submit(
            () -> {
              closeTable();
              return null;
            });
    thread.shutdown();
    await(closed);
  }
}

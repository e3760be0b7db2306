package org.networkfission.jobs.predict;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.networkfission.prep.storage.Storage;

/**
 * The photos of a folder, as an executor lists them.
 *
 * @param root that is predicted: keys are paths below it
 * @param folder to list
 * @param deep whether its sub-folders too
 */
record FolderListing(String root, String folder, boolean deep) implements Serializable {
  /** The folders of a folder. */
  static List<String> folders(String of, Configuration hadoop) throws IOException {
    Path path = new Path(of);
    List<String> folders = new ArrayList<>();
    RemoteIterator<FileStatus> all = Storage.of(path, hadoop).entries(path);
    while (all.hasNext()) {
      FileStatus status = all.next();
      if (status.isDirectory()) {
        folders.add(status.getPath().toString());
      }
    }
    return folders;
  }

  /** The photos, in the file system's order. */
  Iterator<Item> items(Configuration hadoop) throws IOException {
    Path path = new Path(folder);
    return new Items(new Path(root), Storage.of(path, hadoop).walk(path, deep));
  }

  private static final class Items implements Iterator<Item> {
    private final Path root;
    private final RemoteIterator<FileStatus> files;
    private Item item;

    Items(Path root, RemoteIterator<FileStatus> files) throws IOException {
      this.root = root;
      this.files = files;
      advance();
    }

    private void advance() throws IOException {
      item = null;
      while (item == null && files.hasNext()) {
        FileStatus file = files.next();
        if (InputKind.isPhoto(file.getPath())) {
          item =
              Item.photo(
                  PhotoList.below(root, file.getPath()),
                  file.getPath().toString(),
                  null,
                  file.getLen());
        }
      }
    }

    @Override
    public boolean hasNext() {
      return item != null;
    }

    @Override
    public Item next() {
      if (item == null) {
        throw new NoSuchElementException();
      }
      Item now = item;
      try {
        advance();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return now;
    }
  }
}

package org.networkfission.jobs.prepare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.commit.Lease;
import org.networkfission.prep.commit.Listing;
import org.networkfission.prep.commit.OutputRecord;
import org.networkfission.prep.commit.StoredFile;
import org.networkfission.prep.shard.DataCard;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;

/**
 * Finishes a dataset whose shards are all written: sees that each is there with its size, deletes
 * those that attempts left which did not come to their end, and writes the manifest and the record.
 *
 * @param output the dataset's folder
 * @param lease on it
 */
record DatasetCommit(Path output, Lease lease) {
  private static final Pattern PART = Pattern.compile("[^/]+/part-[^/]+\\.parquet");

  /**
   * Finishes the dataset.
   *
   * @throws IOException if a shard is missing, or another job has taken the folder
   */
  void execute(Manifest manifest, StoredFile quarantine, Configuration hadoop) throws IOException {
    lease.requireHeld();
    List<StoredFile> parts = new ArrayList<>();
    for (ShardFile shard : manifest.files()) {
      parts.add(new StoredFile(shard.path(), shard.bytes(), shard.sha256()));
    }
    parts.add(quarantine);
    Listing listing = Listing.of(output, hadoop);
    listing.require(parts);
    deleteOthers(listing, parts, hadoop);
    parts.add(DataCard.write(manifest, output, hadoop));
    parts.add(manifest.write(output, hadoop));
    OutputRecord.write(output, "prepare", parts, hadoop);
    output.getFileSystem(hadoop).delete(new Path(output, WorkFolder.NAME), true);
  }

  private void deleteOthers(Listing listing, List<StoredFile> parts, Configuration hadoop)
      throws IOException {
    Set<String> listed = new HashSet<>();
    parts.forEach(part -> listed.add(part.path()));
    FileSystem files = output.getFileSystem(hadoop);
    for (String path : listing.bytes().keySet()) {
      if (PART.matcher(path).matches() && !listed.contains(path)) {
        files.delete(new Path(output, path), false);
      }
    }
  }
}

package org.networkfission.prep.commit;

import com.fasterxml.jackson.core.JacksonException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.storage.Storage;

/** The claims on an output folder, as files in its {@code _lease}. */
final class Claims {
  static final String SUFFIX = ".json";

  private Claims() {}

  /** The files of all claims on a folder. */
  static List<FileStatus> of(Path folder, Configuration hadoop) throws IOException {
    List<FileStatus> claims = new ArrayList<>();
    try {
      for (FileStatus file : Storage.of(folder, hadoop).list(new Path(folder, Lease.FOLDER))) {
        if (file.getPath().getName().endsWith(SUFFIX)) {
          claims.add(file);
        }
      }
    } catch (FileNotFoundException e) {
      return List.of();
    }
    return claims;
  }

  /** What a claim says; nothing where it is gone or not readable. */
  static Optional<Claim> read(Path file, Configuration hadoop) throws IOException {
    Optional<byte[]> content = WholeFile.read(file, hadoop);
    try {
      return content.isPresent()
          ? Optional.of(Json.MAPPER.readValue(content.get(), Claim.class))
          : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** Whether a job has a folder, or had it and was killed. */
  static boolean areOn(Path folder, Configuration hadoop) throws IOException {
    return !of(folder, hadoop).isEmpty();
  }

  /** The jobs that have a folder or had it and were killed. */
  static List<String> jobsOn(Path folder, Configuration hadoop) throws IOException {
    List<String> jobs = new ArrayList<>();
    for (FileStatus file : of(folder, hadoop)) {
      read(file.getPath(), hadoop).ifPresent(claim -> jobs.add(claim.job()));
    }
    return jobs;
  }
}

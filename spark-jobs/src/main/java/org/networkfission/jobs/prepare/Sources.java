package org.networkfission.jobs.prepare;

import java.util.List;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.list.ListSource;
import org.networkfission.prep.nyudv2.NyuDv2Source;
import org.networkfission.prep.scannet.ScanNetSource;
import org.networkfission.prep.scenenet.SceneNetSource;
import org.networkfission.prep.settings.ConfigException;

/** The reader of each published format. */
final class Sources {
  private Sources() {}

  static FrameSource of(PrepareSettings settings) {
    String input = ConfigException.required("prepare.input", settings.input());
    List<String> splits = settings.splits();
    int stride = settings.frameStride();
    return switch (settings.dataset()) {
      case SCENENET -> new SceneNetSource(input, splits, stride);
      case SCANNET -> new ScanNetSource(input, splits, stride);
      case NYUDV2 ->
          new NyuDv2Source(
              input, splits, stride, settings.nyudv2().rawDepth(), settings.nyudv2().crop());
      case LIST -> ListSource.of(input, splits, stride, settings.list());
    };
  }
}

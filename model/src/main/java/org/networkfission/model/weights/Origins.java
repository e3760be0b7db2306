package org.networkfission.model.weights;

import java.util.ArrayList;
import java.util.List;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.ParameterRange;

/** What a network's tensors are called in the files of other libraries. */
final class Origins {
  private final NetworkSpec spec;
  private final KerasOrder keras;

  Origins(NetworkSpec spec) {
    this.spec = spec;
    this.keras = KerasOrder.of(spec.encoder());
  }

  /** Where a tensor may come from, the likeliest first; its own name is one of them. */
  List<Origin> of(ParameterRange tensor) {
    List<Origin> all = new ArrayList<>();
    all.add(Origin.whole(tensor.name()));
    if (spec.encoder() == Encoder.RESNET50) {
      all.addAll(ResNet50Names.of(tensor));
      all.addAll(AdapNetNames.of(tensor.name(), spec));
    } else {
      all.addAll(MobileNames.of(tensor.name(), spec.encoder()));
    }
    for (Origin origin : List.copyOf(all)) {
      keras
          .nameOf(origin.tensor())
          .ifPresent(name -> all.add(new Origin(name, origin.first(), origin.channels())));
    }
    return all;
  }
}

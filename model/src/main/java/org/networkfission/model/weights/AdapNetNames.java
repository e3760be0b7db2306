package org.networkfission.model.weights;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;

/**
 * What tensors behind the encoder's blocks are called in the authors' checkpoints, and in those of
 * AdapNet++, which have one task: their layers carry numbers; what a task has of its own lies in a
 * scope of the task's name where there are several tasks.
 */
final class AdapNetNames {
  /** Layers by what they are called here. */
  private static final Map<String, String> SCOPES = scopes();

  private static final Pattern LAYER =
      Pattern.compile("(.+?)\\.(?:(conv\\.weight|weight)|bn\\.(\\w+))");
  private static final Pattern DECODER = Pattern.compile("(s[12])\\.(\\w+)\\.(up|c1|c2)");
  private static final Pattern HEAD = Pattern.compile("(heads|auxs)\\.(\\w+)\\.(c78|up3|a1|a2)");

  private AdapNetNames() {}

  private static Map<String, String> scopes() {
    Map<String, String> scopes = new HashMap<>();
    String[] pairs = {
      "enc.bn0", "conv0",
      "enc.skip1", "conv32",
      "enc.skip2", "conv174",
      "enc.ia", "conv256",
      "enc.br.0.0", "conv70",
      "enc.br.0.1", "conv7",
      "enc.br.0.2", "conv247",
      "enc.br.0.3", "conv71",
      "enc.br.1.0", "conv80",
      "enc.br.1.1", "conv8",
      "enc.br.1.2", "conv248",
      "enc.br.1.3", "conv81",
      "enc.br.2.0", "conv90",
      "enc.br.2.1", "conv9",
      "enc.br.2.2", "conv249",
      "enc.br.2.3", "conv91",
      "enc.ie", "conv57",
      "enc.out", "conv10",
      "s1.up", "conv41",
      "s1.c1", "conv89",
      "s1.c2", "conv96",
      "s2.up", "conv16",
      "s2.c1", "conv88",
      "s2.c2", "conv95",
      "heads.c78", "conv78",
      "heads.up3", "conv5",
      "auxs.a1", "conv911",
      "auxs.a2", "conv912"
    };
    for (int i = 0; i < pairs.length; i += 2) {
      scopes.put(pairs[i], pairs[i + 1]);
    }
    return scopes;
  }

  /** Where a tensor may come from; nothing where their networks have no such layer. */
  static List<Origin> of(String tensor, NetworkSpec spec) {
    if (tensor.startsWith("enc.bn0.")) {
      return TensorKind.of(tensor.substring("enc.bn0.".length()), true).stream()
          .map(kind -> Origin.whole(kind.slim("conv0")))
          .toList();
    }
    Matcher layer = LAYER.matcher(tensor);
    if (!layer.matches()) {
      return List.of();
    }
    Optional<TensorKind> kind =
        layer.group(2) != null
            ? Optional.of(TensorKind.KERNEL)
            : TensorKind.of(layer.group(3), true);
    List<Origin> origins = new ArrayList<>();
    kind.ifPresent(k -> scopesOf(layer.group(1), spec, k, origins));
    return origins;
  }

  private static void scopesOf(
      String layer, NetworkSpec spec, TensorKind kind, List<Origin> origins) {
    Matcher decoder = DECODER.matcher(layer);
    Matcher head = HEAD.matcher(layer);
    if (SCOPES.containsKey(layer)) {
      origins.add(Origin.whole(kind.slim(SCOPES.get(layer))));
    } else if (decoder.matches()) {
      String scope = SCOPES.get(decoder.group(1) + "." + decoder.group(3));
      String owner = decoder.group(2).equals("x") ? "" : decoder.group(2) + "/";
      origins.add(Origin.whole(kind.slim(owner + scope)));
    } else if (head.matches()) {
      String part = head.group(3);
      String scope = SCOPES.get(head.group(1) + "." + part);
      if (spec.scheme() == FissionScheme.SINGLE) {
        origins.add(Origin.whole(kind.slim(scope)));
      } else if (spec.scheme() == FissionScheme.LATE) {
        origins.add(ofJointHead(head.group(2), spec, kind.slim(jointScope(part, scope))));
      } else {
        String owner = head.group(2);
        origins.add(Origin.whole(kind.slim(owner + "/" + scope)));
        if (part.equals("up3")) {
          // Except under early fission, where the last layer has no scope of its own.
          origins.add(Origin.whole(kind.slim(owner)));
        }
      }
    }
  }

  private static String jointScope(String part, String scope) {
    return part.equals("up3") ? "decoder" : "decoder/" + scope;
  }

  /** Under late fission all tasks share the head; here each has the auxiliary channels it reads. */
  private static Origin ofJointHead(String owner, NetworkSpec spec, String name) {
    int first = 0;
    int all = 0;
    for (Task task : spec.tasks()) {
      if (task.id().equals(owner)) {
        first = all;
      }
      all += task.channels(spec.classes());
    }
    return owner.equals("x") ? Origin.whole(name) : new Origin(name, first, all);
  }
}

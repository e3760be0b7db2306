package org.networkfission.jobs.train.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Which addresses gradients are shared at. */
class SharingNetworkTest {
  @Test
  void anAddressOfThisHostHasItsNetwork() {
    assertThat(SharingNetwork.of("127.0.0.1")).isEqualTo("127.0.0.1/8");
  }

  @Test
  void anAddressThatIsNoInterfacesIsNamed() {
    // What documents use for a host on the Internet, and one that this host answers at all the
    // same.
    for (String outside : new String[] {"198.51.100.7", "127.0.0.2"}) {
      assertThatThrownBy(() -> SharingNetwork.of(outside))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("Cannot share gradients at " + outside)
          .hasMessageContaining("as behind NAT (set SPARK_LOCAL_IP");
    }
  }
}

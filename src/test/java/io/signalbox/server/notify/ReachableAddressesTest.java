package io.signalbox.server.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.SignalboxProperties;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ReachableAddressesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.8.9.10",
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "100.64.0.1",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "192.0.0.170",
                "198.18.0.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::127.0.0.1",
                "::ffff:10.0.0.1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "2001::1",
                "fc00::1",
                "fd00:ec2::254",
                "fe80::1",
                "fec0::1",
                "ff02::1"
            })
    void refusesWhatIsNotPublic(String address) throws UnknownHostException {
        assertThat(reachable("").allow(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "172.15.0.1", "172.32.0.1", "100.128.0.1", "192.167.1.1", "2606:4700::1111"})
    void allowsWhatIsPublic(String address) throws UnknownHostException {
        assertThat(reachable("").allow(InetAddress.getByName(address))).isTrue();
    }

    @Test
    void allowsWhatTheOperatorNamesAndNothingBesideIt() throws UnknownHostException {
        ReachableAddresses reachable = reachable("10.1.0.0/20, fd00::/8");

        assertThat(reachable.allow(InetAddress.getByName("10.1.15.255"))).isTrue();
        assertThat(reachable.allow(InetAddress.getByName("10.1.16.0"))).isFalse();
        assertThat(reachable.allow(InetAddress.getByName("fd12::1"))).isTrue();
        assertThat(reachable.allow(InetAddress.getByName("fc12::1"))).isFalse();
    }

    static ReachableAddresses reachable(String networks) {
        return new ReachableAddresses(properties(networks));
    }

    static SignalboxProperties properties(String networks) {
        return new Binder(new MapConfigurationPropertySource(
                        Map.of("signalbox.notifications.allowed-networks", networks)))
                .bindOrCreate("signalbox", SignalboxProperties.class);
    }
}

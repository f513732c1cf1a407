package io.signalbox.server.notify;

import io.signalbox.server.SignalboxProperties;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Which addresses a job may have this server connect to: public ones, and those that the operator allows. Judged on the
 * very address that is connected to, so that a name that resolves to another one later gains nothing.
 */
@Component
class ReachableAddresses {

    /** Beside what the JDK knows: shared, protocol, benchmarking, documentation and reserved networks, translations of IPv4. */
    private static final List<Network> NOT_PUBLIC = networks(
            "0.0.0.0/8",
            "100.64.0.0/10",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "240.0.0.0/4",
            "::/96",
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            "100::/64",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "fc00::/7");

    private final List<Network> allowed;

    ReachableAddresses(SignalboxProperties properties) {
        this.allowed = properties.notifications().allowedNetworks().stream()
                .map(ReachableAddresses::network)
                .toList();
    }

    private record Network(byte[] address, int bits) {

        boolean holds(InetAddress other) {
            byte[] bytes = other.getAddress();
            if (bytes.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % Byte.SIZE);
                if (((bytes[bit / Byte.SIZE] ^ address[bit / Byte.SIZE]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private static List<Network> networks(String... texts) {
        return Arrays.stream(texts).map(ReachableAddresses::network).toList();
    }

    private static Network network(String text) {
        String[] parts = text.split("/", 2);
        try {
            byte[] address = InetAddress.getByName(parts[0]).getAddress(); // a literal: nothing is looked up
            return new Network(address, Integer.parseInt(parts[1]));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text + " is no network", e);
        }
    }

    boolean allow(InetAddress address) {
        return allowed.stream().anyMatch(network -> network.holds(address)) || isPublic(address);
    }

    private static boolean isPublic(InetAddress address) {
        boolean known = address instanceof Inet4Address || address instanceof Inet6Address;
        return known
                && !address.isLoopbackAddress()
                && !address.isAnyLocalAddress()
                && !address.isLinkLocalAddress()
                && !address.isSiteLocalAddress()
                && !address.isMulticastAddress()
                && NOT_PUBLIC.stream().noneMatch(network -> network.holds(address));
    }
}

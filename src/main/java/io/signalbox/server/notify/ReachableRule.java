package io.signalbox.server.notify;

import io.signalbox.server.job.SpecRule;
import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.Problem;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** Refuses at submission what could never be sent: addresses that must not be reached, and e-mail where there is none. */
@Component
class ReachableRule implements SpecRule {

    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|\\[.*]|0x.*");

    private final ReachableAddresses reachable;
    private final Mail mail;

    ReachableRule(ReachableAddresses reachable, Mail mail) {
        this.reachable = reachable;
        this.mail = mail;
    }

    @Override
    public void check(JobSpec spec, List<Problem> problems) {
        for (int i = 0; i < spec.callbacks().size(); i++) {
            CallbackSpec callback = spec.callbacks().get(i);
            String pointer = "#/callbacks/" + i + "/";
            switch (callback.type()) {
                case "Notify" -> {
                    url(callback, "url", pointer, problems);
                    if (callback.params().has("to") && !mail.isThere()) {
                        problems.add(new Problem(
                                pointer + "to",
                                "notify.email",
                                "this server sends no e-mail: its operator sets spring.mail.host; or use url"));
                    }
                }
                case "RemoteMonitor" -> url(callback, "root", pointer, problems);
                default -> {
                    // reaches nothing
                }
            }
        }
    }

    private void url(CallbackSpec callback, String parameter, String pointer, List<Problem> problems) {
        String url = callback.params().path(parameter).asString("");
        String host = url.isEmpty() ? null : URI.create(url).getHost();
        if (host != null && !mayBeReached(host)) {
            problems.add(new Problem(
                    pointer + parameter,
                    "webhook.url",
                    "names a private address, which this server's operator has not allowed"
                            + " (signalbox.notifications.allowed-networks)"));
        }
    }

    /** Names are looked up when something is sent, and judged then. */
    private boolean mayBeReached(String host) {
        boolean local = host.toLowerCase(Locale.ROOT).replaceAll("\\.$", "").matches("(.+\\.)?localhost");
        if (!local && !LITERAL.matcher(host).matches()) {
            return true;
        }
        try {
            return reachable.allow(InetAddress.getByName(local ? "127.0.0.1" : host));
        } catch (UnknownHostException e) {
            return false;
        }
    }
}

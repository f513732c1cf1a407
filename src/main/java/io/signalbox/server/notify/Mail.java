package io.signalbox.server.notify;

import io.signalbox.server.SignalboxProperties;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.mail.MailException;
import org.springframework.mail.SimpleMailMessage;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.stereotype.Component;

/** Sends e-mail through the server that the operator names in {@code spring.mail}; without one there is no e-mail. */
@Component
class Mail {

    private final JavaMailSender sender;
    private final boolean there;
    private final String from;

    /** @param host of the mail server; empty for none */
    Mail(JavaMailSender sender, @Value("${spring.mail.host:}") String host, SignalboxProperties properties) {
        this.sender = sender;
        this.there = !host.isEmpty();
        this.from = properties.notifications().mailFrom();
    }

    boolean isThere() {
        return there;
    }

    Webhook.Result send(List<String> to, String subject, String text) {
        if (!there) {
            return new Webhook.Result(false, false, "this server sends no e-mail (spring.mail.host is not set)");
        }
        SimpleMailMessage message = new SimpleMailMessage();
        message.setFrom(from);
        message.setTo(to.toArray(String[]::new));
        message.setSubject(subject);
        message.setText(text);
        try {
            sender.send(message);
            return Webhook.Result.DELIVERED;
        } catch (MailException e) {
            return new Webhook.Result(
                    false,
                    true,
                    "was not taken by the mail server: " + e.getClass().getSimpleName());
        }
    }
}

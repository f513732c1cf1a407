package io.signalbox.server.notify;

import io.signalbox.server.SignalboxProperties;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.mail.MailException;
import org.springframework.mail.SimpleMailMessage;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.stereotype.Component;

/** Sends e-mail through the server that the operator names in {@code spring.mail}; without one there is no e-mail. */
@Component
class Mail {

    private final ObjectProvider<JavaMailSender> sender;
    private final String from;

    Mail(ObjectProvider<JavaMailSender> sender, SignalboxProperties properties) {
        this.sender = sender;
        this.from = properties.notifications().mailFrom();
    }

    boolean isThere() {
        return sender.getIfAvailable() != null;
    }

    Webhook.Result send(List<String> to, String subject, String text) {
        JavaMailSender mail = sender.getIfAvailable();
        if (mail == null) {
            return new Webhook.Result(false, false, "this server sends no e-mail (spring.mail.host is not set)");
        }
        SimpleMailMessage message = new SimpleMailMessage();
        message.setFrom(from);
        message.setTo(to.toArray(String[]::new));
        message.setSubject(subject);
        message.setText(text);
        try {
            mail.send(message);
            return Webhook.Result.DELIVERED;
        } catch (MailException e) {
            return new Webhook.Result(
                    false,
                    true,
                    "was not taken by the mail server: " + e.getClass().getSimpleName());
        }
    }
}

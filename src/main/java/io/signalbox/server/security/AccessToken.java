package io.signalbox.server.security;

import io.signalbox.server.Home;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.SignalboxProperties.TokenMode;
import io.signalbox.server.StartRefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The token that lets its bearer in: 256 random bits, made at the first start and kept in {@code <home>/token}, for its owner
 * to read. Browsers hold not the token but a value derived from it, which a restart leaves valid and a new token does not.
 */
@Component
final class AccessToken {

    private static final int BYTES = 32;
    private static final String USABLE = "[A-Za-z0-9._~+/=-]{16,512}";
    private static final String COOKIE_PURPOSE = "signalbox browser cookie 1";

    private final boolean asked;
    private final String value;
    private final String cookie;
    private final AtomicReference<@Nullable String> startCode = new AtomicReference<>(random());

    AccessToken(Home home, SignalboxProperties properties) throws IOException, GeneralSecurityException {
        asked = properties.security().token() == TokenMode.FILE;
        value = asked ? readOrCreate(home.root().resolve("token")) : random();
        cookie = derive(value);
    }

    /** Whether one is asked for at all. */
    boolean asked() {
        return asked;
    }

    /** What opens the dashboard once, for the start URL, which people and logs keep; null once it was used. */
    @Nullable
    String startCode() {
        return startCode.get();
    }

    /** Whether that is the start URL's code, which is used up by this. */
    boolean useStartCode(String candidate) {
        String code = startCode.get();
        return code != null && same(code, candidate) && startCode.compareAndSet(code, null);
    }

    /** What a browser keeps. */
    String cookie() {
        return cookie;
    }

    boolean isToken(String candidate) {
        return same(value, candidate);
    }

    boolean isCookie(String candidate) {
        return same(cookie, candidate);
    }

    /** Takes as long whatever the difference is. */
    private static boolean same(String expected, String candidate) {
        return MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.UTF_8), candidate.getBytes(StandardCharsets.UTF_8));
    }

    private static String readOrCreate(Path file) throws IOException {
        if (!Files.exists(file)) {
            Path temporary = Files.createTempFile(file.getParent(), ".token", "", Home.privateFile());
            Files.writeString(temporary, random() + "\n");
            appear(temporary, file);
        }
        String token = Files.readString(file).strip();
        if (!token.matches(USABLE)) {
            throw new StartRefusedException(
                    StartRefusedException.BAD_SETTINGS,
                    "The token in " + file + " is not 16 to 512 letters, digits or any of . _ ~ + / = -",
                    "Delete the file: the next start makes a new one.");
        }
        return token;
    }

    /** Whole from the first moment; where another server on the home was quicker, its token holds. */
    private static void appear(Path temporary, Path file) throws IOException {
        try {
            Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException quicker) {
            return;
        } catch (UnsupportedOperationException noLinks) {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            return;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static String random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String derive(String token) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] bytes = mac.doFinal(COOKIE_PURPOSE.getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

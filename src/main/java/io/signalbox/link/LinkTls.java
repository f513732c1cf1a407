package io.signalbox.link;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of an encrypted link: a key and a certificate of its own making. Trainers know the certificate by its
 * fingerprint, which the {@link LinkFile} tells them, and trust no other, whoever signed it: names and dates in it mean nothing.
 */
public final class LinkTls {

    private static final String ALIAS = "link";

    /** Keeps nobody out: whoever can read the file may be the server. It is the file's rights that count. */
    private static final String PASSWORD = "signalbox";

    private static final String PROTOCOL = "TLSv1.3";
    private static final String VALID_DAYS = "36500";

    private final SSLContext context;
    private final String fingerprint;

    private LinkTls(SSLContext context, String fingerprint) {
        this.context = context;
        this.fingerprint = fingerprint;
    }

    /** Opens the key store of an earlier start, or makes it; its folder is to be for its owner only. */
    public static LinkTls open(Path keyStore) throws IOException {
        if (Files.notExists(keyStore)) {
            make(keyStore);
        }
        try (InputStream in = Files.newInputStream(keyStore)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, PASSWORD.toCharArray());
            return new LinkTls(
                    context(managers.getKeyManagers(), null),
                    fingerprint(keys.getCertificate(ALIAS).getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException("the key store " + keyStore + " cannot be used; delete it to have a new one made", e);
        }
    }

    /** Java has no way of its own to make a certificate but this tool. */
    private static void make(Path keyStore) throws IOException {
        Path made = keyStore.resolveSibling(keyStore.getFileName() + ".tmp");
        Files.deleteIfExists(made);
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=signalbox",
                        "-validity",
                        VALID_DAYS,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        made.toString()))
                .redirectErrorStream(true)
                .start();
        try (InputStream out = keytool.getInputStream()) {
            String said = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
            if (keytool.waitFor() != 0) {
                throw new IOException("keytool could not make a key for the link to trainers: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (!made.toFile().setReadable(false, false) || !made.toFile().setReadable(true, true)) {
            throw new IOException("the rights of " + made + " could not be set");
        }
        Files.move(made, keyStore, StandardCopyOption.ATOMIC_MOVE);
    }

    /** SHA-256 of the certificate, hex. */
    String fingerprint() {
        return fingerprint;
    }

    /** A trainer's connection, encrypted from its first byte on; nothing is read yet. */
    Socket accept(Socket transport) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(transport, null, false);
        socket.setUseClientMode(false);
        return socket;
    }

    /** A connection to the server with that certificate; shakes hands. */
    static Socket connect(Socket transport, String certificate) throws IOException {
        try {
            TrustManager[] pinned = {new Pinned(certificate)};
            SSLSocket socket = (SSLSocket) context(null, pinned)
                    .getSocketFactory()
                    .createSocket(transport, transport.getInetAddress().getHostAddress(), transport.getPort(), false);
            socket.startHandshake();
            return socket;
        } catch (GeneralSecurityException e) {
            throw new IOException("this Java cannot encrypt the link", e);
        }
    }

    private static SSLContext context(KeyManager @Nullable [] keys, TrustManager @Nullable [] trust)
            throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance(PROTOCOL);
        context.init(keys, trust, null);
        return context;
    }

    private static String fingerprint(byte[] certificate) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate));
    }

    /** Trusts one certificate. */
    private static final class Pinned extends X509ExtendedTrustManager {

        private final String fingerprint;

        Pinned(String fingerprint) {
            this.fingerprint = fingerprint;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            try {
                if (chain.length > 0 && fingerprint(chain[0].getEncoded()).equals(fingerprint)) {
                    return;
                }
            } catch (GeneralSecurityException e) {
                throw new CertificateException(e);
            }
            throw new CertificateException("the certificate is not the one that the link file names");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("trainers show none");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("trainers show none");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("trainers show none");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

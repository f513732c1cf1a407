package io.signalbox.server.files;

import io.signalbox.link.FilePart;
import io.signalbox.link.FilePlace;
import io.signalbox.server.SignalboxProperties;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.presigner.PresignedRequest;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** A bucket that speaks S3: Amazon's, MinIO's, Ceph's. */
final class S3Bucket implements Bucket {

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofSeconds(60);

    /** What S3 deletes at one call. */
    private static final int MOST_AT_ONCE = 1000;

    /** S3's own bound of one PUT, and of each part of a file that is put in parts. */
    private static final long MOST_IN_ONE_PUT = 5_000_000_000L;

    private static final int NOT_FOUND = 404;

    private final String bucket;
    private final String prefix;
    private final long mostInOnePut;
    private final S3Client client;
    private final S3Presigner presigner;

    S3Bucket(SignalboxProperties.S3 settings) {
        this(settings, DefaultCredentialsProvider.builder().build(), MOST_IN_ONE_PUT);
    }

    S3Bucket(SignalboxProperties.S3 settings, AwsCredentialsProvider credentials, long mostInOnePut) {
        this.mostInOnePut = mostInOnePut;
        bucket = settings.bucket();
        prefix = settings.prefix();
        Region region = Region.of(settings.region());
        URI endpoint = settings.endpoint();
        // Stores that are not Amazon's are reached by one name, with the bucket in the path.
        S3Configuration style = S3Configuration.builder()
                .pathStyleAccessEnabled(endpoint != null)
                .build();
        var clients = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT_WITHIN)
                        .socketTimeout(SILENCE))
                .credentialsProvider(credentials)
                .region(region)
                .serviceConfiguration(style)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        var presigners = S3Presigner.builder()
                .credentialsProvider(credentials)
                .region(region)
                .serviceConfiguration(style);
        client = (endpoint == null ? clients : clients.endpointOverride(endpoint)).build();
        presigner = (endpoint == null ? presigners : presigners.endpointOverride(endpoint)).build();
    }

    @Override
    public void put(String key, Path file, String sha256) throws IOException {
        long size = Files.size(file);
        if (size <= mostInOnePut) {
            reach(key, () -> client.putObject(request(key, sha256), RequestBody.fromFile(file)));
            return;
        }
        String upload = beginUpload(key);
        try {
            List<CompletedPart> put = new ArrayList<>();
            for (FileSlice slice : FileSlice.of(file, size, parts(size))) {
                int number = put.size() + 1;
                String tag = reach(
                        key,
                        () -> client.uploadPart(
                                        to -> to.bucket(bucket)
                                                .key(prefix + key)
                                                .uploadId(upload)
                                                .partNumber(number),
                                        RequestBody.fromContentProvider(
                                                slice::open, slice.length(), "application/octet-stream"))
                                .eTag());
                put.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
            }
            reach(
                    key,
                    () -> client.completeMultipartUpload(to -> to.bucket(bucket)
                            .key(prefix + key)
                            .uploadId(upload)
                            .multipartUpload(all -> all.parts(put))));
        } catch (IOException e) {
            deleteUnfinished(key, upload);
            throw e;
        }
    }

    private String beginUpload(String key) throws IOException {
        return reach(
                        key,
                        () -> client.createMultipartUpload(
                                to -> to.bucket(bucket).key(prefix + key)))
                .uploadId();
    }

    private int parts(long size) {
        return (int) ((size + mostInOnePut - 1) / mostInOnePut);
    }

    private void deleteUnfinished(String key, String upload) throws IOException {
        try {
            reach(
                    key,
                    () -> client.abortMultipartUpload(
                            to -> to.bucket(bucket).key(prefix + key).uploadId(upload)));
        } catch (NoSuchFileException gone) {
            return; // another server did it
        }
    }

    @Override
    public void deleteUnfinished(String begin) throws IOException {
        List<MultipartUpload> uploads = reach(
                        begin,
                        () -> client.listMultipartUploads(
                                to -> to.bucket(bucket).prefix(prefix + begin)))
                .uploads();
        for (MultipartUpload upload : uploads) {
            deleteUnfinished(upload.key().substring(prefix.length()), upload.uploadId());
        }
    }

    @Override
    public void get(String key, Path into) throws IOException {
        reach(key, () -> client.getObject(to -> to.bucket(bucket).key(prefix + key), into));
    }

    @Override
    public boolean has(String key, long size) throws IOException {
        try {
            return reach(key, () -> client.headObject(to -> to.bucket(bucket).key(prefix + key)))
                            .contentLength()
                    == size;
        } catch (NoSuchFileException none) {
            return false;
        }
    }

    @Override
    public List<Item> list(String begin) throws IOException {
        return reach(
                begin,
                () -> client.listObjectsV2Paginator(to -> to.bucket(bucket).prefix(prefix + begin)).contents().stream()
                        .map(object -> new Item(object.key().substring(prefix.length()), object.size()))
                        .toList());
    }

    @Override
    public void delete(List<String> keys) throws IOException {
        List<ObjectIdentifier> objects = new ArrayList<>();
        keys.forEach(
                key -> objects.add(ObjectIdentifier.builder().key(prefix + key).build()));
        for (int from = 0; from < objects.size(); from += MOST_AT_ONCE) {
            List<ObjectIdentifier> some = objects.subList(from, Math.min(objects.size(), from + MOST_AT_ONCE));
            reach(
                    keys.get(from),
                    () -> client.deleteObjects(to -> to.bucket(bucket)
                            .delete(delete -> delete.objects(some).quiet(true))));
        }
    }

    @Override
    public FilePlace toPut(String key, FilePart file, Duration within) throws IOException {
        if (file.size() > mostInOnePut) {
            return toPutInParts(key, file, within);
        }
        var signed = presigner.presignPutObject(to -> to.signatureDuration(within)
                .putObjectRequest(request(key, file.sha256()).toBuilder()
                        .contentLength(file.size())
                        .build()));
        return new FilePlace(file, signed.url().toString(), headers(signed));
    }

    private FilePlace toPutInParts(String key, FilePart file, Duration within) throws IOException {
        String upload = beginUpload(key);
        int count = parts(file.size());
        List<String> parts = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            UploadPartRequest part = UploadPartRequest.builder()
                    .bucket(bucket)
                    .key(prefix + key)
                    .uploadId(upload)
                    .partNumber(number)
                    .build();
            parts.add(presigner
                    .presignUploadPart(to -> to.signatureDuration(within).uploadPartRequest(part))
                    .url()
                    .toString());
        }
        var end = presigner.presignCompleteMultipartUpload(to -> to.signatureDuration(within)
                .completeMultipartUploadRequest(
                        all -> all.bucket(bucket).key(prefix + key).uploadId(upload)));
        return new FilePlace(file, end.url().toString(), headers(end), parts);
    }

    /** Without those that whoever sends sets itself. */
    private static Map<String, String> headers(PresignedRequest signed) {
        Map<String, String> headers = new LinkedHashMap<>();
        signed.signedHeaders().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
        headers.keySet().removeAll(List.of("host", "content-length"));
        return headers;
    }

    @Override
    public FilePlace toGet(String key, FilePart file, Duration within) {
        var signed = presigner.presignGetObject(to -> to.signatureDuration(within)
                .getObjectRequest(get -> get.bucket(bucket).key(prefix + key)));
        return new FilePlace(file, signed.url().toString(), Map.of());
    }

    private PutObjectRequest request(String key, String sha256) {
        return PutObjectRequest.builder()
                .bucket(bucket)
                .key(prefix + key)
                .checksumSHA256(
                        Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256)))
                .build();
    }

    private interface Call<T> {
        T call();
    }

    private <T> T reach(String key, Call<T> call) throws IOException {
        try {
            return call.call();
        } catch (SdkException e) {
            if (e instanceof S3Exception answer && answer.statusCode() == NOT_FOUND) {
                throw new NoSuchFileException(key);
            }
            throw new IOException("bucket " + bucket + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        client.close();
        presigner.close();
    }
}

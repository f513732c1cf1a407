package io.signalbox.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which of an idx dataset's files is what. */
record IdxParts(Part training, @Nullable Part test) {

    private static final Pattern TEST_NAME = Pattern.compile("(^|[^a-z])(t10k|test|val|valid|validation)([^a-z]|$)");

    /** Images and their labels. */
    record Part(IdxFile images, IdxFile labels) {}

    /**
     * Tells files apart: images and labels by their content; test and training by the names if those say so, else by the
     * counts (the training part is the larger one).
     *
     * @throws BadDataException for files that do not make one or two parts
     */
    static IdxParts of(List<Path> paths) throws IOException {
        List<IdxFile> images = new ArrayList<>();
        List<IdxFile> labels = new ArrayList<>();
        for (Path path : paths) {
            IdxFile file = IdxFile.open(path);
            (file.images() ? images : labels).add(file);
        }
        int pairs = images.size();
        if (labels.size() != pairs || pairs < 1 || pairs > 2) {
            throw Problems.single(
                    Problems.FILE,
                    "dataset.files",
                    "idx takes images and labels, and if there is a test part its images and labels; got " + pairs
                            + " files of images and " + labels.size() + " of labels");
        }
        if (pairs == 1) {
            return new IdxParts(part(images.get(0), labels.get(0)), null);
        }
        IdxFile testImages = test(images);
        IdxFile testLabels = test(labels);
        Part training = part(other(images, testImages), other(labels, testLabels));
        return new IdxParts(training, sameShape(training, part(testImages, testLabels)));
    }

    private static IdxFile test(List<IdxFile> two) {
        IdxFile first = two.get(0);
        IdxFile second = two.get(1);
        boolean firstNamed = namedTest(first.name());
        if (firstNamed != namedTest(second.name())) {
            return firstNamed ? first : second;
        }
        if (first.count() != second.count()) {
            return first.count() < second.count() ? first : second;
        }
        throw Problems.single(
                Problems.FILE,
                "dataset.files",
                "cannot tell which of \"" + Problems.echo(first.name()) + "\" and \"" + Problems.echo(second.name())
                        + "\" is the test part; name the files train-… and test-…");
    }

    /** Whether a file's name says that it belongs to the test part. */
    static boolean namedTest(String file) {
        return TEST_NAME.matcher(file.toLowerCase(Locale.ROOT)).find();
    }

    private static IdxFile other(List<IdxFile> two, IdxFile one) {
        return two.get(0) == one ? two.get(1) : two.get(0);
    }

    private static Part part(IdxFile images, IdxFile labels) {
        if (images.count() != labels.count()) {
            throw Problems.single(
                    Problems.FILE,
                    "idx.count-mismatch",
                    "\"" + Problems.echo(images.name()) + "\" holds " + images.count() + " images, but \""
                            + Problems.echo(labels.name()) + "\" " + labels.count() + " labels");
        }
        return new Part(images, labels);
    }

    private static Part sameShape(Part training, Part test) {
        IdxFile a = training.images();
        IdxFile b = test.images();
        if (a.height() != b.height() || a.width() != b.width()) {
            throw IdxFile.refuse(
                    b.path(),
                    "idx.shape",
                    "holds images of " + b.height() + " by " + b.width() + ", the training part's are " + a.height()
                            + " by " + a.width());
        }
        return test;
    }
}

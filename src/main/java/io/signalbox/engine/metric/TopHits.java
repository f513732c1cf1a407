package io.signalbox.engine.metric;

/** How often the right class was among the k of the highest scores; of equal scores the later class goes first, as in scikit-learn. */
final class TopHits {

    private final Tally tally;

    TopHits(int k) {
        this.tally = new Tally(2, (batch, numbers) -> {
            for (int row = 0; row < batch.rows(); row++) {
                numbers[0] += rank(batch, row) < k ? 1 : 0;
            }
            numbers[1] += batch.rows();
        });
    }

    private static int rank(Batch batch, int row) {
        int right = (int) batch.targets()[row];
        double score = batch.output(row, right);
        int rank = 0;
        for (int c = 0; c < batch.width(); c++) {
            double other = batch.output(row, c);
            rank += other > score || (other == score && c > right) ? 1 : 0;
        }
        return rank;
    }

    Tally tally() {
        return tally;
    }

    double share() {
        return tally.numbers()[0] / tally.numbers()[1];
    }
}

package io.signalbox.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.engine.network.Network;
import io.signalbox.engine.random.Randomness;
import io.signalbox.engine.random.Randomness.Purpose;
import io.signalbox.engine.torch.HostTensor;
import io.signalbox.engine.torch.Script;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Goes on with a sequence of tokens, one after the other, by a network that scores the next token at each position: {@code
 * gpt}, or another whose layers take sequences shorter than its data's context. Confined to one thread.
 */
public final class Generator implements AutoCloseable {

    private static final String NEXT = "next";

    private final int context;
    private final HostTensor tokens;
    private final HostTensor control;
    private final Script script;
    private final Script.Method next;

    /**
     * How tokens are drawn.
     *
     * @param length tokens to add, at least 1
     * @param temperature scores are divided by it; 0 takes the highest
     * @param topK draws among so many of the highest only; 0 for all
     * @param seed the same draws the same, on one machine
     */
    public record Sampling(int length, double temperature, int topK, long seed) {}

    /**
     * Gets a network ready.
     *
     * @param context most tokens that it looks at
     * @param manager owner of the native memory
     */
    public Generator(Network network, int context, PtNDManager manager) {
        this.context = context;
        this.tokens = HostTensor.shared(manager, DataType.INT64, 1, context);
        this.control = HostTensor.shared(manager, DataType.FLOAT64, 1);
        Map<String, List<HostTensor>> lists = Map.of(
                "parameters", Network.tensors(network.parameters()),
                "buffers", Network.tensors(network.buffers()),
                "tokens", List.of(tokens));
        String source = network.code() + "  def " + NEXT + "(self: " + Script.SELF
                + ", control: Tensor) -> List[Tensor]:\n"
                + "    x = torch.clone(torch.narrow(self.tokens[0], 1, 0, int(control[0])))\n"
                + "    x = torch.to(x, ops.prim.device(self.parameters[0]))\n"
                + "    z = (self).forward(x, False)\n"
                + "    return [torch.cpu(torch.contiguous(torch.select(torch.select(z, 0, 0), 0, -1)))]\n";
        this.script = Script.load(manager, lists, source, control, network.module());
        this.next = script.method(NEXT, false);
    }

    /**
     * What comes after a prompt. Of a long one the last tokens count.
     *
     * @param prompt one token or more, each of the network's vocabulary
     * @return the new tokens alone
     * @throws TrainingException when PyTorch fails
     */
    public int[] generate(int[] prompt, Sampling sampling) {
        int[] all = Arrays.copyOf(prompt, prompt.length + sampling.length());
        Randomness random = Randomness.of(sampling.seed(), Purpose.SAMPLE, 0);
        try {
            for (int end = prompt.length; end < all.length; end++) {
                all[end] = draw(scores(all, end), sampling, random);
            }
        } catch (EngineException e) {
            throw new TrainingException("PyTorch failed: " + TrainingException.firstLine(e), e);
        }
        return Arrays.copyOfRange(all, prompt.length, all.length);
    }

    private double[] scores(int[] all, int end) {
        int begin = Math.max(0, end - context);
        LongBuffer window = tokens.memory().asLongBuffer();
        for (int i = begin; i < end; i++) {
            window.put(all[i]);
        }
        control.memory().putDouble(end - begin);
        return next.call().get(0);
    }

    /** Of two alike the first counts as higher. */
    private static int draw(double[] scores, Sampling sampling, Randomness random) {
        int[] candidates = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer token) -> scores[token])
                        .reversed())
                .limit(sampling.topK() > 0 ? sampling.topK() : scores.length)
                .mapToInt(Integer::intValue)
                .toArray();
        if (sampling.temperature() == 0) {
            return candidates[0];
        }
        double[] shares = new double[candidates.length];
        double sum = 0;
        for (int i = 0; i < shares.length; i++) {
            shares[i] = Math.exp((scores[candidates[i]] - scores[candidates[0]]) / sampling.temperature());
            sum += shares[i];
        }
        double drawn = random.unit() * sum;
        int chosen = 0;
        while (chosen < shares.length - 1 && drawn >= shares[chosen]) {
            drawn -= shares[chosen++];
        }
        return candidates[chosen];
    }

    @Override
    public void close() {
        script.close();
    }
}

export interface Example {
  title: string;
  about: string;
  yaml: string;
}

/** Jobs to start from. They train on the datasets that ship with the service. */
export const EXAMPLES: readonly [Example, ...Example[]] = [
  {
    title: 'Classify a table',
    about: 'A small dense network that stops by itself when it no longer gets better',
    yaml: `name: table-classifier
experiment: first-steps
epochs: 60
batch_size: 32
data: {dataset: sample-tabular, validation_split: 0.2, normalize: standard}
model: {type: mlp, hidden: [64, 32], activation: relu, dropout: 0.1}
optimizer: {type: adam, learning_rate: 0.003}
callbacks:
  - {type: ReduceLROnPlateau, monitor: val_loss, factor: 0.5, patience: 4}
  - {type: EarlyStopping, monitor: val_loss, patience: 12, restore_best_weights: true}
  - {type: ModelCheckpoint, monitor: val_loss, save_best_only: true}
log_every: 5
`,
  },
  {
    title: 'Read digits with a CNN',
    about: 'Convolutions layer by layer, a learning rate that falls when the loss stands still',
    yaml: `name: digits-cnn
experiment: digits
epochs: 15
batch_size: 64
data: {dataset: sample-digits, validation_split: 0.15, shuffle: true}
model:
  type: sequential
  layers:
    - {type: conv2d, filters: 16, kernel: 3, padding: 1}
    - {type: batch_norm}
    - {type: relu}
    - {type: max_pool2d, kernel: 2}
    - {type: conv2d, filters: 32, kernel: 3, padding: 1}
    - {type: relu}
    - {type: max_pool2d, kernel: 2}
    - {type: flatten}
    - {type: dense, units: 64}
    - {type: relu}
    - {type: dropout, rate: 0.3}
    - {type: dense, units: 10}
loss: cross_entropy
metrics: [accuracy]
optimizer: {type: adamw, learning_rate: 0.002, weight_decay: 0.01}
callbacks:
  - {type: ReduceLROnPlateau, monitor: val_loss, factor: 0.3, patience: 2, min_lr: 1.0e-5}
  - {type: ModelCheckpoint, monitor: val_accuracy, mode: max, save_best_only: true}
  - {type: TerminateOnNaN}
log_every: 5
`,
  },
  {
    title: 'LeNet with a cosine schedule',
    about: 'The preset, plain SGD with momentum, warm-up and half a cosine wave',
    yaml: `name: digits-lenet
experiment: digits
epochs: 20
batch_size: 64
data: {dataset: sample-digits, validation_split: 0.15}
model: {type: lenet}
optimizer: {type: sgd, learning_rate: 0.05, momentum: 0.9, nesterov: true}
callbacks:
  - {type: LearningRateScheduler, schedule: {type: cosine, eta_min: 0.0005}, warmup: 2}
  - {type: ModelCheckpoint, monitor: val_loss, save_best_only: true}
  - {type: CSVLogger, filename: history.csv}
`,
  },
  {
    title: 'Fit a regression',
    about: 'Numbers instead of classes: mean squared error, and the mean absolute error beside it',
    yaml: `name: regression
experiment: first-steps
epochs: 80
batch_size: 32
data: {dataset: sample-regression, validation_split: 0.2, normalize: standard}
model: {type: mlp, hidden: [64, 64], activation: silu}
loss: mse
metrics: [mae]
optimizer: {type: adam, learning_rate: 0.005}
callbacks:
  - {type: LearningRateScheduler, schedule: {type: step, step_size: 25, gamma: 0.3}}
  - {type: EarlyStopping, monitor: val_loss, patience: 15, restore_best_weights: true}
  - {type: ModelCheckpoint, monitor: val_loss, save_best_only: true}
log_every: 5
`,
  },
  {
    title: 'A linear baseline for digits',
    about: 'One layer, long enough to steer by hand: change its learning rate, stop it when it has learnt',
    yaml: `name: digits-linear
experiment: digits
tags: [baseline]
epochs: 200
batch_size: 64
data: {dataset: sample-digits, validation_split: 0.15}
model:
  type: sequential
  layers:
    - {type: flatten}
    - {type: dense, units: 10}
optimizer: {type: sgd, learning_rate: 0.02}
callbacks:
  - {type: ModelCheckpoint, monitor: val_loss, save_best_only: true}
`,
  },
  {
    title: 'Augmented images',
    about:
      'Shifted, turned and partly hidden in every epoch anew; rare classes count more. Try it as 5 folds, too',
    yaml: `name: digits-augmented
experiment: digits
epochs: 25
batch_size: 64
data:
  dataset: sample-digits
  validation_split: 0.15
  stratify: true
  class_weight: balanced
  augment:
    - {type: random_crop, padding: 2}
    - {type: random_rotation, degrees: 10}
    - {type: cutout, size: 3}
model: {type: lenet}
optimizer: {type: adamw, learning_rate: 0.002, weight_decay: 0.01}
callbacks:
  - {type: ReduceLROnPlateau, monitor: val_loss, factor: 0.3, patience: 3}
  - {type: ModelCheckpoint, monitor: val_accuracy, mode: max, save_best_only: true}
`,
  },
];

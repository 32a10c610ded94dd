"""Training of MarianMT models from parallel text: `pipeline.training.run.train`."""

"""Training and evaluation of the models. Only these modules import torch (extra `train`); the product runs without it."""

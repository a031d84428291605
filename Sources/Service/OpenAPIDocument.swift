// swift-format-ignore-file
// Made from openapi.yaml by Tools/openapi.py: change that file and run `make openapi`.

/// The contract as it is served.
enum OpenAPIDocument {
    static let json = #"""
{
 "openapi": "3.1.0",
 "info": {
  "title": "Liminal",
  "version": "0.1.0",
  "summary": "Draws images from text and tells how ambiguous their style is.",
  "description": "Liminal draws images with Stable-Diffusion-layout models on ordinary CPUs and scores how far an image refuses to belong to any one known style: R(x) = -CE(C(x), U), where C(x) is a style classifier's posterior and U is uniform. A seed gives the same bytes on the same build and CPU class, whatever the batch and the thread count. Errors are RFC 9457 problems; on the routes of the OpenAI API they also carry OpenAI's `error` object. Every response has an `x-request-id`: the request's own if it sent one, else a random one.",
  "license": {
   "name": "Apache-2.0",
   "identifier": "Apache-2.0"
  }
 },
 "servers": [
  {
   "url": "http://127.0.0.1:8080"
  }
 ],
 "security": [],
 "tags": [
  {
   "name": "images",
   "description": "Drawing."
  },
  {
   "name": "scores",
   "description": "Scoring."
  },
  {
   "name": "models",
   "description": "What is loaded."
  },
  {
   "name": "service",
   "description": "Health and contract."
  }
 ],
 "paths": {
  "/v1/images/generations": {
   "post": {
    "operationId": "generateImages",
    "tags": [
     "images"
    ],
    "summary": "Draws n images from a text, each with the scores asked for.",
    "description": "The request of the OpenAI API with extra fields. Image i is drawn from seed + i and is, byte for byte, what a request for one image with that seed gives. Width x height x n x steps is at most 67 108 864. Fields that only OpenAI's own models know (`quality`, `style`, `background`, `moderation`, `user`, `safety_identifier`, `output_compression`, `partial_images`) are accepted and change nothing; any other unknown field is refused. A body without a content type, or with the default type of curl's forms, is taken for JSON if it looks like it.",
    "requestBody": {
     "required": true,
     "content": {
      "application/json": {
       "schema": {
        "$ref": "#/components/schemas/GenerationRequest"
       },
       "examples": {
        "fox": {
         "summary": "One scored picture of 128 x 128 pixels",
         "value": {
          "prompt": "a watercolor painting of a fox",
          "size": "128x128",
          "seed": 7,
          "scorers": [
           "clip"
          ]
         }
        },
        "four": {
         "summary": "Four pictures with a scheduler of one's own choice",
         "value": {
          "prompt": "a neon sign of a rocket",
          "n": 4,
          "seed": 1,
          "steps": 20,
          "guidance_scale": 3,
          "scheduler": "dpmpp_2m"
         }
        }
       }
      }
     }
    },
    "responses": {
     "200": {
      "description": "The images.",
      "headers": {
       "x-request-id": {
        "$ref": "#/components/headers/RequestId"
       }
      },
      "content": {
       "application/json": {
        "schema": {
         "$ref": "#/components/schemas/GenerationResponse"
        },
        "examples": {
         "fox": {
          "value": {
           "created": 1793318400,
           "model": "emoji-24",
           "data": [
            {
             "b64_json": "iVBORw0KGgo=",
             "seed": 7,
             "revised_prompt": null,
             "scores": [
              {
               "scorer": "clip",
               "reward": -4.1,
               "ambiguity": 0.35,
               "entropy": 0.8059,
               "kl_from_uniform": 1.7974,
               "max_reward": -2.302585,
               "top": [
                {
                 "label": "a watercolor painting",
                 "probability": 0.8
                }
               ],
               "probabilities": {
                "a watercolor painting": 0.8,
                "a neon sign": 0.2
               }
              }
             ]
            }
           ],
           "size": "128x128",
           "output_format": "png",
           "quality": "auto",
           "background": "opaque",
           "steps": 30,
           "guidance_scale": 3,
           "scheduler": "ddim",
           "warnings": [],
           "usage": {
            "input_tokens": 9,
            "input_tokens_details": {
             "text_tokens": 9,
             "image_tokens": 0
            },
            "output_tokens": 0,
            "total_tokens": 9
           }
          }
         }
        }
       }
      }
     },
     "400": {
      "$ref": "#/components/responses/OpenAIBadRequest"
     },
     "404": {
      "$ref": "#/components/responses/OpenAINotFound"
     },
     "405": {
      "$ref": "#/components/responses/MethodNotAllowed"
     },
     "408": {
      "$ref": "#/components/responses/RequestTimeout"
     },
     "413": {
      "$ref": "#/components/responses/BodyTooLarge"
     },
     "415": {
      "$ref": "#/components/responses/OpenAIUnsupportedMediaType"
     },
     "429": {
      "$ref": "#/components/responses/OpenAIQueueFull"
     },
     "500": {
      "$ref": "#/components/responses/OpenAIInternalError"
     },
     "503": {
      "$ref": "#/components/responses/OpenAIDraining"
     }
    }
   }
  },
  "/v1/scores": {
   "post": {
    "operationId": "scoreImages",
    "tags": [
     "scores"
    ],
    "summary": "Tells how ambiguous the style of images is.",
    "description": "Images come as JSON (base64 or data URLs), as multipart parts, or as the body itself. For a body that is not JSON the options come in the query (or, with multipart, in text parts of the same names); options of a JSON body win over the query's. A body without a content type, or with the default type of curl's forms or application/octet-stream, is recognised by its first bytes.",
    "parameters": [
     {
      "name": "scorers",
      "in": "query",
      "description": "Names of scorers, separated by commas. `clip` if absent.",
      "schema": {
       "type": "string",
       "examples": [
        "clip"
       ]
      }
     },
     {
      "name": "temperature",
      "in": "query",
      "description": "The cosine's divisor before the softmax; the checkpoint's own logit scale if absent.",
      "schema": {
       "$ref": "#/components/schemas/Temperature"
      }
     },
     {
      "name": "top_k",
      "in": "query",
      "description": "How many of the most probable styles `top` lists.",
      "schema": {
       "$ref": "#/components/schemas/TopK"
      }
     },
     {
      "name": "styles",
      "in": "query",
      "description": "One name of a style list that is loaded, or at least two style texts separated by commas.",
      "schema": {
       "type": "string",
       "examples": [
        "wikiart-27",
        "pixel art,a blueprint"
       ]
      }
     }
    ],
    "requestBody": {
     "required": true,
     "content": {
      "application/json": {
       "schema": {
        "$ref": "#/components/schemas/ScoreRequest"
       },
       "examples": {
        "one": {
         "value": {
          "image": "data:image/png;base64,iVBORw0KGgo=",
          "scorers": [
           "clip"
          ],
          "top_k": 3
         }
        }
       }
      },
      "multipart/form-data": {
       "schema": {
        "$ref": "#/components/schemas/ScoreForm"
       }
      },
      "image/png": {
       "schema": {
        "$ref": "#/components/schemas/PNG"
       }
      }
     }
    },
    "responses": {
     "200": {
      "description": "The scores of each image, in the order of the images.",
      "headers": {
       "x-request-id": {
        "$ref": "#/components/headers/RequestId"
       }
      },
      "content": {
       "application/json": {
        "schema": {
         "$ref": "#/components/schemas/ScoreResponse"
        },
        "examples": {
         "one": {
          "value": {
           "object": "list",
           "data": [
            {
             "index": 0,
             "width": 128,
             "height": 128,
             "scores": [
              {
               "scorer": "clip",
               "reward": -4.1,
               "ambiguity": 0.35,
               "entropy": 0.8059,
               "kl_from_uniform": 1.7974,
               "max_reward": -2.302585,
               "top": [
                {
                 "label": "a watercolor painting",
                 "probability": 0.8
                }
               ],
               "probabilities": {
                "a watercolor painting": 0.8,
                "a neon sign": 0.2
               }
              }
             ]
            }
           ]
          }
         }
        }
       }
      }
     },
     "400": {
      "$ref": "#/components/responses/BadRequest"
     },
     "404": {
      "$ref": "#/components/responses/NotFound"
     },
     "405": {
      "$ref": "#/components/responses/MethodNotAllowed"
     },
     "408": {
      "$ref": "#/components/responses/RequestTimeout"
     },
     "413": {
      "$ref": "#/components/responses/BodyTooLarge"
     },
     "415": {
      "$ref": "#/components/responses/UnsupportedMediaType"
     },
     "429": {
      "$ref": "#/components/responses/QueueFull"
     },
     "500": {
      "$ref": "#/components/responses/InternalError"
     },
     "503": {
      "$ref": "#/components/responses/Draining"
     }
    }
   }
  },
  "/v1/models": {
   "get": {
    "operationId": "listModels",
    "tags": [
     "models"
    ],
    "summary": "The pipelines and CLIPs that are loaded.",
    "responses": {
     "200": {
      "description": "The models.",
      "headers": {
       "x-request-id": {
        "$ref": "#/components/headers/RequestId"
       }
      },
      "content": {
       "application/json": {
        "schema": {
         "$ref": "#/components/schemas/ModelList"
        }
       }
      }
     },
     "405": {
      "$ref": "#/components/responses/MethodNotAllowed"
     }
    }
   }
  },
  "/v1/models/{model}": {
   "get": {
    "operationId": "retrieveModel",
    "tags": [
     "models"
    ],
    "summary": "One loaded model.",
    "parameters": [
     {
      "name": "model",
      "in": "path",
      "required": true,
      "description": "The model's id as `/v1/models` lists it.",
      "schema": {
       "type": "string",
       "minLength": 1
      }
     }
    ],
    "responses": {
     "200": {
      "description": "The model.",
      "headers": {
       "x-request-id": {
        "$ref": "#/components/headers/RequestId"
       }
      },
      "content": {
       "application/json": {
        "schema": {
         "$ref": "#/components/schemas/Model"
        }
       }
      }
     },
     "404": {
      "$ref": "#/components/responses/OpenAINotFound"
     },
     "405": {
      "$ref": "#/components/responses/MethodNotAllowed"
     }
    }
   }
  },
  "/v1/scorers": {
   "get": {
    "operationId": "listScorers",
    "tags": [
     "scores"
    ],
    "summary": "The scorers that are loaded, with their styles.",
    "responses": {
     "200": {
      "description": "The scorers.",
      "headers": {
       "x-request-id": {
        "$ref": "#/components/headers/RequestId"
       }
      },
      "content": {
       "application/json": {
        "schema": {
         "$ref": "#/components/schemas/ScorerList"
        }
       }
      }
     },
     "405": {
      "$ref": "#/components/responses/MethodNotAllowed"
     }
    }
   }
  },
  "/livez": {
   "get": {
    "operationId": "live",
    "tags": [
     "service"
    ],
    "summary": "Whether the process answers.",
    "responses": {
     "200": {
      "description": "It does.",
      "headers": {
       "x-request-id": {
        "$ref": "#/components/headers/RequestId"
       }
      },
      "content": {
       "application/json": {
        "schema": {
         "$ref": "#/components/schemas/Health"
        },
        "examples": {
         "ok": {
          "value": {
           "status": "ok"
          }
         }
        }
       }
      }
     },
     "405": {
      "$ref": "#/components/responses/MethodNotAllowed"
     }
    }
   }
  },
  "/readyz": {
   "get": {
    "operationId": "ready",
    "tags": [
     "service"
    ],
    "summary": "Whether requests are welcome.",
    "description": "Ready once a warm-up inference has succeeded, and no longer once the server has been told to stop.",
    "responses": {
     "200": {
      "description": "They are.",
      "headers": {
       "x-request-id": {
        "$ref": "#/components/headers/RequestId"
       }
      },
      "content": {
       "application/json": {
        "schema": {
         "$ref": "#/components/schemas/Health"
        },
        "examples": {
         "ready": {
          "value": {
           "status": "ready"
          }
         }
        }
       }
      }
     },
     "405": {
      "$ref": "#/components/responses/MethodNotAllowed"
     },
     "503": {
      "$ref": "#/components/responses/NotReady"
     }
    }
   }
  },
  "/openapi.json": {
   "get": {
    "operationId": "contract",
    "tags": [
     "service"
    ],
    "summary": "This document.",
    "responses": {
     "200": {
      "description": "The contract.",
      "headers": {
       "x-request-id": {
        "$ref": "#/components/headers/RequestId"
       }
      },
      "content": {
       "application/json": {
        "schema": {
         "type": "object",
         "required": [
          "openapi",
          "info",
          "paths"
         ]
        }
       }
      }
     },
     "405": {
      "$ref": "#/components/responses/MethodNotAllowed"
     }
    }
   }
  }
 },
 "components": {
  "headers": {
   "RequestId": {
    "description": "The request's own id if it sent one of 1 to 128 letters, digits, `.`, `_` or `-`; else a random one.",
    "schema": {
     "type": "string",
     "pattern": "^[A-Za-z0-9._-]{1,128}$"
    }
   },
   "RetryAfter": {
    "description": "Seconds after which another attempt may succeed, estimated from what is queued.",
    "schema": {
     "type": "integer",
     "minimum": 1,
     "maximum": 120
    }
   },
   "ShouldRetry": {
    "description": "`false` where the same request would fail again.",
    "schema": {
     "type": "string",
     "enum": [
      "false"
     ]
    }
   },
   "Allow": {
    "description": "The methods that the path takes.",
    "schema": {
     "type": "string",
     "examples": [
      "GET, HEAD, OPTIONS"
     ]
    }
   }
  },
  "responses": {
   "BadRequest": {
    "description": "The request can't be understood or asks for what is out of bounds; `errors` says where.",
    "headers": {
     "x-request-id": {
      "$ref": "#/components/headers/RequestId"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      },
      "examples": {
       "temperature": {
        "value": {
         "type": "urn:liminal:problem:out_of_range",
         "title": "Bad Request",
         "status": 400,
         "detail": "/temperature must be in 0.0001...100.0, not 0.0.",
         "instance": "5f0c8e2bd1a94c5f8e8f4f9a3a0b7c11",
         "code": "out_of_range",
         "errors": [
          {
           "pointer": "/temperature",
           "detail": "must be in 0.0001...100.0, not 0.0"
          }
         ]
        }
       }
      }
     }
    }
   },
   "NotFound": {
    "description": "No such path, scorer or style list.",
    "headers": {
     "x-request-id": {
      "$ref": "#/components/headers/RequestId"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "MethodNotAllowed": {
    "description": "The path doesn't take this method.",
    "headers": {
     "x-request-id": {
      "$ref": "#/components/headers/RequestId"
     },
     "Allow": {
      "$ref": "#/components/headers/Allow"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "RequestTimeout": {
    "description": "Headers or body took too long to arrive.",
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "BodyTooLarge": {
    "description": "The body exceeds the limit (33 554 432 bytes unless configured otherwise).",
    "headers": {
     "x-request-id": {
      "$ref": "#/components/headers/RequestId"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "UnsupportedMediaType": {
    "description": "The content type, or what the first bytes say, is not among those that the operation takes.",
    "headers": {
     "x-request-id": {
      "$ref": "#/components/headers/RequestId"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "QueueFull": {
    "description": "The queue is full.",
    "headers": {
     "x-request-id": {
      "$ref": "#/components/headers/RequestId"
     },
     "Retry-After": {
      "$ref": "#/components/headers/RetryAfter"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "InternalError": {
    "description": "The computation gave numbers that are not finite, or the server has a fault.",
    "headers": {
     "x-request-id": {
      "$ref": "#/components/headers/RequestId"
     },
     "x-should-retry": {
      "$ref": "#/components/headers/ShouldRetry"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "Draining": {
    "description": "The server is stopping and takes no new work.",
    "headers": {
     "x-request-id": {
      "$ref": "#/components/headers/RequestId"
     },
     "Retry-After": {
      "$ref": "#/components/headers/RetryAfter"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "NotReady": {
    "description": "The server is warming up or stopping.",
    "headers": {
     "x-request-id": {
      "$ref": "#/components/headers/RequestId"
     },
     "Retry-After": {
      "$ref": "#/components/headers/RetryAfter"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "OpenAIBadRequest": {
    "description": "The request can't be understood or asks for what is out of bounds; `errors` says where.",
    "headers": {
     "x-request-id": {
      "$ref": "#/components/headers/RequestId"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/OpenAIProblem"
      },
      "examples": {
       "steps": {
        "value": {
         "type": "urn:liminal:problem:out_of_range",
         "title": "Bad Request",
         "status": 400,
         "detail": "/steps must be in 1...150, not 151.",
         "instance": "5f0c8e2bd1a94c5f8e8f4f9a3a0b7c11",
         "code": "out_of_range",
         "errors": [
          {
           "pointer": "/steps",
           "detail": "must be in 1...150, not 151"
          }
         ],
         "error": {
          "message": "/steps must be in 1...150, not 151.",
          "type": "invalid_request_error",
          "param": "steps",
          "code": "out_of_range"
         }
        }
       }
      }
     }
    }
   },
   "OpenAINotFound": {
    "description": "No such model or scorer; `detail` names those that are loaded.",
    "headers": {
     "x-request-id": {
      "$ref": "#/components/headers/RequestId"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/OpenAIProblem"
      }
     }
    }
   },
   "OpenAIUnsupportedMediaType": {
    "description": "The content type, or what the first bytes say, is not among those that the operation takes.",
    "headers": {
     "x-request-id": {
      "$ref": "#/components/headers/RequestId"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/OpenAIProblem"
      }
     }
    }
   },
   "OpenAIQueueFull": {
    "description": "The queue is full.",
    "headers": {
     "x-request-id": {
      "$ref": "#/components/headers/RequestId"
     },
     "Retry-After": {
      "$ref": "#/components/headers/RetryAfter"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/OpenAIProblem"
      }
     }
    }
   },
   "OpenAIInternalError": {
    "description": "The computation gave numbers that are not finite, or the server has a fault.",
    "headers": {
     "x-request-id": {
      "$ref": "#/components/headers/RequestId"
     },
     "x-should-retry": {
      "$ref": "#/components/headers/ShouldRetry"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/OpenAIProblem"
      }
     }
    }
   },
   "OpenAIDraining": {
    "description": "The server is stopping and takes no new work.",
    "headers": {
     "x-request-id": {
      "$ref": "#/components/headers/RequestId"
     },
     "Retry-After": {
      "$ref": "#/components/headers/RetryAfter"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/OpenAIProblem"
      }
     }
    }
   }
  },
  "schemas": {
   "GenerationRequest": {
    "type": "object",
    "required": [
     "prompt"
    ],
    "additionalProperties": false,
    "properties": {
     "prompt": {
      "type": "string",
      "minLength": 1,
      "maxLength": 32000,
      "description": "What to draw; what exceeds the text encoder's length is cut, and a warning says so."
     },
     "negative_prompt": {
      "type": [
       "string",
       "null"
      ],
      "maxLength": 32000,
      "description": "What to steer away from; without effect at a guidance scale of 1 or less."
     },
     "model": {
      "type": [
       "string",
       "null"
      ],
      "description": "A pipeline that `/v1/models` lists. The default pipeline if absent, and for the names of OpenAI's own models (`dall-e-2`, `dall-e-3`, `gpt-image-1`, `gpt-image-1-mini`, `gpt-image-1.5`)."
     },
     "n": {
      "type": [
       "integer",
       "null"
      ],
      "minimum": 1,
      "maximum": 10,
      "default": 1,
      "description": "How many images."
     },
     "size": {
      "type": [
       "string",
       "null"
      ],
      "pattern": "^(auto|[0-9]{1,4}x[0-9]{1,4})$",
      "default": "auto",
      "description": "`WIDTHxHEIGHT` in pixels, each from 64 to 1024 and a multiple of the autoencoder's factor (8 for Stable Diffusion), or `auto` for the size that the model was trained at."
     },
     "seed": {
      "type": [
       "integer",
       "null"
      ],
      "minimum": -1,
      "maximum": 4294967295,
      "description": "Absent, null or -1 draws one at random; the answer says which. Seed + n - 1 must not exceed the maximum."
     },
     "steps": {
      "$ref": "#/components/schemas/Steps"
     },
     "num_inference_steps": {
      "$ref": "#/components/schemas/Steps",
      "description": "Another name of `steps`; give one."
     },
     "guidance_scale": {
      "$ref": "#/components/schemas/GuidanceScale"
     },
     "cfg_scale": {
      "$ref": "#/components/schemas/GuidanceScale",
      "description": "Another name of `guidance_scale`; give one."
     },
     "scheduler": {
      "type": [
       "string",
       "null"
      ],
      "enum": [
       "ddim",
       "ddpm",
       "euler",
       "euler_ancestral",
       "dpmpp_2m",
       "dpmpp_2m_karras",
       "unipc",
       "lcm",
       "pndm",
       null
      ],
      "description": "The noise schedule's update rule; the pipeline's own if absent."
     },
     "eta": {
      "type": [
       "number",
       "null"
      ],
      "minimum": 0,
      "maximum": 1,
      "default": 0,
      "description": "How much noise DDIM adds at each step; other schedulers take only 0."
     },
     "decoder": {
      "type": [
       "string",
       "null"
      ],
      "enum": [
       "full",
       "fast",
       null
      ],
      "default": "full",
      "description": "`fast` decodes with the pipeline's small autoencoder, where it has one."
     },
     "scorers": {
      "type": [
       "array",
       "null"
      ],
      "maxItems": 16,
      "items": {
       "type": "string"
      },
      "description": "Names of scorers to run on each image. `clip` if absent; an empty list for none."
     },
     "styles": {
      "$ref": "#/components/schemas/Styles"
     },
     "temperature": {
      "$ref": "#/components/schemas/Temperature"
     },
     "top_k": {
      "$ref": "#/components/schemas/TopK"
     },
     "response_format": {
      "type": [
       "string",
       "null"
      ],
      "enum": [
       "b64_json",
       null
      ],
      "default": "b64_json"
     },
     "output_format": {
      "type": [
       "string",
       "null"
      ],
      "enum": [
       "png",
       null
      ],
      "default": "png"
     },
     "stream": {
      "type": [
       "boolean",
       "null"
      ],
      "const": false,
      "default": false
     },
     "quality": {
      "type": [
       "string",
       "null"
      ]
     },
     "style": {
      "type": [
       "string",
       "null"
      ]
     },
     "background": {
      "type": [
       "string",
       "null"
      ]
     },
     "moderation": {
      "type": [
       "string",
       "null"
      ]
     },
     "user": {
      "type": [
       "string",
       "null"
      ]
     },
     "safety_identifier": {
      "type": [
       "string",
       "null"
      ]
     },
     "output_compression": {
      "type": [
       "integer",
       "null"
      ],
      "minimum": 0,
      "maximum": 100
     },
     "partial_images": {
      "type": [
       "integer",
       "null"
      ],
      "minimum": 0,
      "maximum": 3
     }
    }
   },
   "Steps": {
    "type": [
     "integer",
     "null"
    ],
    "minimum": 1,
    "maximum": 150,
    "default": 30,
    "description": "How many denoising steps."
   },
   "GuidanceScale": {
    "type": [
     "number",
     "null"
    ],
    "minimum": 0,
    "maximum": 30,
    "description": "The weight of classifier-free guidance; none at 1 or less. The pipeline's own default if absent."
   },
   "GenerationResponse": {
    "type": "object",
    "required": [
     "created",
     "model",
     "data",
     "size",
     "output_format",
     "quality",
     "background",
     "steps",
     "guidance_scale",
     "scheduler",
     "warnings",
     "usage"
    ],
    "additionalProperties": false,
    "properties": {
     "created": {
      "type": "integer",
      "description": "Unix time."
     },
     "model": {
      "type": "string",
      "description": "The pipeline that drew."
     },
     "data": {
      "type": "array",
      "minItems": 1,
      "maxItems": 10,
      "items": {
       "$ref": "#/components/schemas/GeneratedImage"
      }
     },
     "size": {
      "type": "string",
      "pattern": "^[0-9]+x[0-9]+$"
     },
     "output_format": {
      "type": "string",
      "const": "png"
     },
     "quality": {
      "type": "string",
      "const": "auto"
     },
     "background": {
      "type": "string",
      "const": "opaque"
     },
     "steps": {
      "type": "integer"
     },
     "guidance_scale": {
      "type": "number"
     },
     "scheduler": {
      "type": "string"
     },
     "warnings": {
      "type": "array",
      "items": {
       "type": "object",
       "required": [
        "code",
        "pointer",
        "detail"
       ],
       "additionalProperties": false,
       "properties": {
        "code": {
         "type": "string",
         "enum": [
          "text_truncated"
         ]
        },
        "pointer": {
         "type": "string"
        },
        "detail": {
         "type": "string"
        }
       }
      }
     },
     "usage": {
      "type": "object",
      "required": [
       "input_tokens",
       "input_tokens_details",
       "output_tokens",
       "total_tokens"
      ],
      "additionalProperties": false,
      "properties": {
       "input_tokens": {
        "type": "integer"
       },
       "input_tokens_details": {
        "type": "object",
        "required": [
         "text_tokens",
         "image_tokens"
        ],
        "additionalProperties": false,
        "properties": {
         "text_tokens": {
          "type": "integer",
          "description": "Tokens of the prompt that the text encoder saw."
         },
         "image_tokens": {
          "type": "integer",
          "const": 0
         }
        }
       },
       "output_tokens": {
        "type": "integer",
        "const": 0
       },
       "total_tokens": {
        "type": "integer"
       }
      }
     }
    }
   },
   "GeneratedImage": {
    "type": "object",
    "required": [
     "b64_json",
     "seed",
     "revised_prompt",
     "scores"
    ],
    "additionalProperties": false,
    "properties": {
     "b64_json": {
      "type": "string",
      "contentEncoding": "base64",
      "contentMediaType": "image/png"
     },
     "seed": {
      "type": "integer",
      "minimum": 0,
      "maximum": 4294967295
     },
     "revised_prompt": {
      "type": "null"
     },
     "scores": {
      "type": "array",
      "items": {
       "$ref": "#/components/schemas/Score"
      }
     }
    }
   },
   "ScoreRequest": {
    "type": "object",
    "description": "Either `image` or `images`.",
    "additionalProperties": false,
    "properties": {
     "image": {
      "$ref": "#/components/schemas/EncodedImage"
     },
     "images": {
      "type": "array",
      "minItems": 1,
      "maxItems": 32,
      "items": {
       "$ref": "#/components/schemas/EncodedImage"
      },
      "description": "At most 33 554 432 pixels in all."
     },
     "scorers": {
      "type": [
       "array",
       "null"
      ],
      "minItems": 1,
      "maxItems": 16,
      "items": {
       "type": "string"
      },
      "description": "`clip` if absent."
     },
     "styles": {
      "$ref": "#/components/schemas/Styles"
     },
     "temperature": {
      "$ref": "#/components/schemas/Temperature"
     },
     "top_k": {
      "$ref": "#/components/schemas/TopK"
     }
    },
    "oneOf": [
     {
      "required": [
       "image"
      ]
     },
     {
      "required": [
       "images"
      ]
     }
    ]
   },
   "ScoreForm": {
    "type": "object",
    "properties": {
     "image": {
      "description": "One file or several; the parts may also be called `image[]`, `images`, `images[]` or `file`.",
      "type": "array",
      "minItems": 1,
      "maxItems": 32,
      "items": {
       "$ref": "#/components/schemas/PNG"
      }
     },
     "scorers": {
      "type": "string"
     },
     "styles": {
      "type": "string"
     },
     "temperature": {
      "type": "string"
     },
     "top_k": {
      "type": "string"
     }
    },
    "required": [
     "image"
    ]
   },
   "PNG": {
    "description": "A PNG of at most 4096 pixels a side.",
    "contentMediaType": "image/png"
   },
   "EncodedImage": {
    "type": "string",
    "minLength": 1,
    "description": "A PNG of at most 4096 pixels a side in base64, or as `data:image/png;base64,...`."
   },
   "Styles": {
    "description": "The name of a style list that is loaded (a file of `weights/styles`), or the style texts themselves. The CLIP's own list if absent.",
    "oneOf": [
     {
      "type": "string",
      "minLength": 1
     },
     {
      "type": "array",
      "minItems": 2,
      "maxItems": 256,
      "uniqueItems": true,
      "items": {
       "type": "string",
       "minLength": 1,
       "maxLength": 1000
      }
     },
     {
      "type": "null"
     }
    ]
   },
   "Temperature": {
    "type": [
     "number",
     "null"
    ],
    "minimum": 0.0001,
    "maximum": 100,
    "description": "The posterior is softmax(cosine / temperature); the inverse of the checkpoint's logit scale if absent."
   },
   "TopK": {
    "type": [
     "integer",
     "null"
    ],
    "minimum": 1,
    "maximum": 256,
    "default": 1
   },
   "ScoreResponse": {
    "type": "object",
    "required": [
     "object",
     "data"
    ],
    "additionalProperties": false,
    "properties": {
     "object": {
      "type": "string",
      "const": "list"
     },
     "data": {
      "type": "array",
      "minItems": 1,
      "items": {
       "type": "object",
       "required": [
        "index",
        "width",
        "height",
        "scores"
       ],
       "additionalProperties": false,
       "properties": {
        "index": {
         "type": "integer"
        },
        "width": {
         "type": "integer"
        },
        "height": {
         "type": "integer"
        },
        "scores": {
         "type": "array",
         "items": {
          "$ref": "#/components/schemas/Score"
         }
        }
       }
      }
     }
    }
   },
   "Score": {
    "type": "object",
    "required": [
     "scorer",
     "reward",
     "ambiguity",
     "entropy",
     "kl_from_uniform",
     "max_reward",
     "top",
     "probabilities"
    ],
    "additionalProperties": false,
    "properties": {
     "scorer": {
      "type": "string"
     },
     "reward": {
      "type": "number",
      "maximum": 0,
      "description": "R = -CE(C(x), U) = the mean of ln C(x), natural logarithm."
     },
     "ambiguity": {
      "type": "number",
      "minimum": 0,
      "maximum": 1,
      "description": "Entropy divided by ln K."
     },
     "entropy": {
      "type": "number",
      "minimum": 0,
      "description": "Of C(x), in nats."
     },
     "kl_from_uniform": {
      "type": "number",
      "minimum": 0,
      "description": "KL(U || C(x)) = -R - ln K."
     },
     "max_reward": {
      "type": "number",
      "maximum": 0,
      "description": "-ln K: the reward of a uniform posterior."
     },
     "top": {
      "type": "array",
      "minItems": 1,
      "items": {
       "type": "object",
       "required": [
        "label",
        "probability"
       ],
       "additionalProperties": false,
       "properties": {
        "label": {
         "type": "string"
        },
        "probability": {
         "$ref": "#/components/schemas/Probability"
        }
       }
      }
     },
     "probabilities": {
      "type": "object",
      "description": "The whole posterior, in the order of the styles.",
      "additionalProperties": {
       "$ref": "#/components/schemas/Probability"
      }
     }
    }
   },
   "Probability": {
    "type": "number",
    "minimum": 0,
    "maximum": 1
   },
   "ModelList": {
    "type": "object",
    "required": [
     "object",
     "data"
    ],
    "additionalProperties": false,
    "properties": {
     "object": {
      "type": "string",
      "const": "list"
     },
     "data": {
      "type": "array",
      "items": {
       "$ref": "#/components/schemas/Model"
      }
     }
    }
   },
   "Model": {
    "type": "object",
    "required": [
     "id",
     "object",
     "created",
     "owned_by",
     "kind",
     "default"
    ],
    "properties": {
     "id": {
      "type": "string"
     },
     "object": {
      "type": "string",
      "const": "model"
     },
     "created": {
      "type": "integer",
      "description": "Unix time at which it was loaded."
     },
     "owned_by": {
      "type": "string",
      "const": "liminal"
     },
     "kind": {
      "type": "string",
      "enum": [
       "pipeline",
       "clip"
      ]
     },
     "default": {
      "type": "boolean",
      "description": "Whether it is used where a request names none."
     }
    },
    "oneOf": [
     {
      "properties": {
       "kind": {
        "const": "pipeline"
       },
       "size": {
        "type": "string",
        "description": "What `auto` means."
       },
       "size_multiple": {
        "type": "integer",
        "description": "Width and height are multiples of it."
       },
       "scheduler": {
        "type": "string"
       },
       "text_length": {
        "type": "integer",
        "description": "Tokens that the text encoder sees, the two marks included."
       },
       "steps": {
        "type": "integer",
        "description": "The default."
       },
       "guidance_scale": {
        "type": "number",
        "description": "The default."
       },
       "parameters": {
        "type": "integer",
        "description": "How many numbers its networks hold."
       },
       "decoders": {
        "type": "array",
        "items": {
         "type": "string",
         "enum": [
          "full",
          "fast"
         ]
        }
       }
      },
      "required": [
       "size",
       "size_multiple",
       "scheduler",
       "text_length",
       "steps",
       "guidance_scale",
       "parameters",
       "decoders"
      ]
     },
     {
      "properties": {
       "kind": {
        "const": "clip"
       },
       "dimension": {
        "type": "integer",
        "description": "Of its embeddings."
       },
       "text_length": {
        "type": "integer"
       }
      },
      "required": [
       "dimension",
       "text_length"
      ]
     }
    ]
   },
   "ScorerList": {
    "type": "object",
    "required": [
     "object",
     "data"
    ],
    "additionalProperties": false,
    "properties": {
     "object": {
      "type": "string",
      "const": "list"
     },
     "data": {
      "type": "array",
      "items": {
       "type": "object",
       "required": [
        "id",
        "object",
        "kind",
        "default",
        "embedder",
        "k",
        "labels",
        "max_reward",
        "temperature"
       ],
       "additionalProperties": false,
       "properties": {
        "id": {
         "type": "string"
        },
        "object": {
         "type": "string",
         "const": "scorer"
        },
        "kind": {
         "type": "string",
         "enum": [
          "clip"
         ]
        },
        "default": {
         "type": "boolean"
        },
        "embedder": {
         "type": "string",
         "description": "The CLIP's id."
        },
        "k": {
         "type": "integer",
         "minimum": 2
        },
        "labels": {
         "type": "array",
         "items": {
          "type": "string"
         }
        },
        "max_reward": {
         "type": "number"
        },
        "temperature": {
         "type": "number",
         "description": "Used where a request names none: the inverse of the logit scale."
        }
       }
      }
     }
    }
   },
   "Health": {
    "type": "object",
    "required": [
     "status"
    ],
    "additionalProperties": false,
    "properties": {
     "status": {
      "type": "string",
      "enum": [
       "ok",
       "ready"
      ]
     }
    }
   },
   "Problem": {
    "type": "object",
    "description": "RFC 9457.",
    "required": [
     "type",
     "title",
     "status",
     "detail",
     "instance",
     "code"
    ],
    "properties": {
     "type": {
      "type": "string",
      "description": "`urn:liminal:problem:` and the code."
     },
     "title": {
      "type": "string",
      "description": "The status in words."
     },
     "status": {
      "type": "integer"
     },
     "detail": {
      "type": "string"
     },
     "instance": {
      "type": "string",
      "description": "The request's id."
     },
     "code": {
      "$ref": "#/components/schemas/ErrorCode"
     },
     "errors": {
      "type": "array",
      "minItems": 1,
      "items": {
       "type": "object",
       "required": [
        "detail"
       ],
       "additionalProperties": false,
       "properties": {
        "pointer": {
         "type": "string",
         "description": "JSON pointer (RFC 6901) into the request's body."
        },
        "parameter": {
         "type": "string",
         "description": "The query parameter or form field."
        },
        "detail": {
         "type": "string"
        }
       }
      }
     }
    }
   },
   "OpenAIProblem": {
    "allOf": [
     {
      "$ref": "#/components/schemas/Problem"
     },
     {
      "type": "object",
      "required": [
       "error"
      ],
      "properties": {
       "error": {
        "type": "object",
        "required": [
         "message",
         "type",
         "param",
         "code"
        ],
        "additionalProperties": false,
        "properties": {
         "message": {
          "type": "string"
         },
         "type": {
          "type": "string",
          "enum": [
           "invalid_request_error",
           "rate_limit_error",
           "server_error"
          ]
         },
         "param": {
          "type": [
           "string",
           "null"
          ],
          "description": "The field, as in `scorers[0]`."
         },
         "code": {
          "$ref": "#/components/schemas/ErrorCode"
         }
        }
       }
      }
     }
    ]
   },
   "ErrorCode": {
    "type": "string",
    "enum": [
     "invalid_json",
     "missing_field",
     "wrong_type",
     "out_of_range",
     "unsupported_value",
     "unknown_field",
     "too_long",
     "invalid_image",
     "invalid_form",
     "invalid_request",
     "not_found",
     "model_not_found",
     "model_not_loaded",
     "scorer_not_found",
     "method_not_allowed",
     "request_timeout",
     "body_too_large",
     "unsupported_media_type",
     "queue_full",
     "draining",
     "not_ready",
     "nonfinite_output",
     "internal_error"
    ]
   }
  }
 }
}
"""#
}
